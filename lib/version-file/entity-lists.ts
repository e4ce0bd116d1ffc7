import type { Reading } from '../models/metadata-reading.ts';
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

/** Stands for the name of an index while its expression is asked what it makes of one. */
const PLACEHOLDER = 'the_name_of_the_index';

/** Writes an index or a unique constraint of an entity, and says which properties it names. */
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

  /** A path, and a property that another one is made of, is none of the names that the types know. */
  function propertiesPiece(): Piece[] {
    if (named.length === 0) return [];
    // Asked for in this way at a key, MikroORM makes none.
    if (only?.primary === true && named.length === 1) return option('properties', named[0]);
    const names = named.map(path => (isDeclared(path) ? stringLiteral(path) : `${stringLiteral(path)} as never`));
    return [labelled('properties: ', list('[', names, ']'))];
  }

  function isDeclared(path: string): boolean {
    return meta.root.inheritanceType === undefined ? declared.has(path) : !path.includes('.');
  }

  /** An expression that is handed the name of its index goes on being handed it. */
  function expressionPiece(): Piece[] {
    const sql = evaluated(expression, [...propertyArguments(meta), PLACEHOLDER], platform);
    if (sql === undefined) return [];
    const quoted = `"${PLACEHOLDER}"`;
    const isQuoted = sql.includes(quoted);
    if (!sql.includes(PLACEHOLDER)) return option('expression', sql);
    const escaped = sql.replaceAll(/[\\`]|\$\{/g, String.raw`\$&`);
    // A question mark of the SQL is none of a parameter.
    const text = isQuoted ? escaped.replaceAll('?', String.raw`\\?`) : escaped;
    const tag = isQuoted ? imports.use('@mikro-orm/core', 'quote') : '';
    return [
      `expression: (_columns, _table, name) => ${tag}\`${text.replaceAll(isQuoted ? quoted : PLACEHOLDER, '${name}')}\``,
    ];
  }
}
