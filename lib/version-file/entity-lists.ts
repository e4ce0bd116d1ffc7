import { tableOf, type Reading } from '../models/metadata-reading.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { labelled, list, record, type Piece } from '../source-code/layout.ts';
import { literal, stringLiteral } from '../source-code/literals.ts';
import { entityChecks } from './declared-checks.ts';
import { evaluated, propertyArguments, propertyOf, type DeclaredEntity } from './declared-entities.ts';
import type { BlockItem, BlockList } from './entity-block.ts';

/** Writes the checks, indexes, triggers and policies of an entity, those of its bases first. */
export function entityLists(declared: DeclaredEntity, reading: Reading, imports: Imports): BlockList[] {
  const values = propertyArguments(declared.meta);
  const lists: BlockList[] = [
    {
      name: 'checks',
      items: entityChecks(declared, reading).map(check => item(check, check.property)),
    },
    listed('indexes', index => indexSource(index, declared, reading, imports)),
    listed('uniques', unique => indexSource(unique, declared, reading, imports)),
    listed('triggers', ({ name, timing, events, forEach, when, body, expression }) =>
      item({ name, timing, events, forEach, when, body: sql(body), expression }),
    ),
    listed('policies', policy => item({ ...policy, using: sql(policy.using), check: sql(policy.check) })),
  ];
  return lists.filter(({ items }) => items.length > 0);

  function listed(
    name: Parameters<DeclaredEntity['listed']>[0],
    write: (options: Readonly<Record<string, unknown>>) => BlockItem,
  ): BlockList {
    return { name, items: declared.listed(name).map(write) };
  }

  function item(options: object, property?: string): BlockItem {
    return { piece: literal({ ...options }, imports) ?? '', properties: property === undefined ? [] : [property] };
  }

  function sql(given: unknown): string | undefined {
    return evaluated(given, values, reading.platform);
  }
}

/** A placeholder for the arguments of an index expression, used to read the expression. */
const STAND_INS: Readonly<Record<string, string>> = {
  name: 'the_name_of_the_index',
  table: 'the_table_of_the_index',
  'table.name': 'the_name_of_its_table',
};

/** Writes an index or a unique constraint of an entity, and lists the properties it names. */
function indexSource(
  index: Readonly<Record<string, unknown>>,
  { meta, properties: declared }: DeclaredEntity,
  { platform }: Reading,
  imports: Imports,
): BlockItem {
  const { name, properties, expression, where, ...more } = index;
  const named = [properties ?? []].flat().map(String);
  const only = typeof properties === 'string' ? propertyOf(meta, properties) : undefined;
  const items: Piece[] = [
    ...option('name', name),
    ...propertiesPiece(),
    ...expressionPiece(),
    ...option('where', typeof where === 'function' ? evaluated(where, propertyArguments(meta), platform) : where),
    ...Object.entries(more).flatMap(([key, value]) => option(key, value)),
  ];
  return { piece: record(items), properties: named.map(path => path.split('.')[0] ?? path) };

  function option(key: string, value: unknown): Piece[] {
    const piece = value === undefined ? undefined : literal(value, imports);
    return piece === undefined ? [] : [labelled(`${key}: `, piece)];
  }

  /** The types do not know paths, and properties that another one is made of. */
  function propertiesPiece(): Piece[] {
    if (named.length === 0) return [];
    // With this option on a key, MikroORM creates no index.
    if (only?.primary === true && named.length === 1) return option('properties', named[0]);
    const names = named.map(path => (isDeclared(path) ? stringLiteral(path) : `${stringLiteral(path)} as never`));
    return [labelled('properties: ', list('[', names, ']'))];
  }

  function isDeclared(path: string): boolean {
    return meta.root.inheritanceType === undefined ? declared.has(path) : !path.includes('.');
  }

  /** An expression that uses the name of its index, or its table, stays a function of them. */
  function expressionPiece(): Piece[] {
    const { name: nameOfIndex = '', table = '', 'table.name': tableName = '' } = STAND_INS;
    const [columns] = propertyArguments(meta);
    const handed = { ...tableOf(meta), name: tableName, qualifiedName: table, toString: () => table };
    const sql = evaluated(expression, [columns, handed, nameOfIndex], platform);
    const used = Object.entries(STAND_INS).filter(([, standIn]) => sql?.includes(standIn));
    if (sql === undefined || used.length === 0) return option('expression', sql);
    const isQuoted = used.every(([, standIn]) => !sql.replaceAll(`"${standIn}"`, '').includes(standIn));
    const escaped = sql.replaceAll(/[\\`]|\$\{/g, String.raw`\$&`);
    // A question mark in the SQL is not a parameter.
    let text = isQuoted ? escaped.replaceAll('?', String.raw`\\?`) : escaped;
    for (const [value, standIn] of used) text = text.replaceAll(isQuoted ? `"${standIn}"` : standIn, `\${${value}}`);
    const tag = isQuoted ? imports.use('@mikro-orm/core', 'quote') : '';
    const isTableUsed = used.some(([value]) => value !== 'name');
    const isNameUsed = used.some(([value]) => value === 'name');
    const parameters = ['_columns', isTableUsed ? 'table' : '_table', ...(isNameUsed ? ['name'] : [])];
    return [`expression: (${parameters.join(', ')}) => ${tag}\`${text}\``];
  }
}
