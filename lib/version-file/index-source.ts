import type { Reading } from '../models/reading.ts';
import { evaluated, propertyArguments } from './evaluated.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { labelled, record, type Piece } from '../source-code/layout.ts';
import { literal } from '../source-code/literals.ts';
import type { BlockItem } from './entity-block.ts';
import type { Written } from './declared-entities.ts';

/** Stands for the name of an index while its expression is asked what it makes of one. */
const placeholder = 'the_name_of_the_index';

/** Writes an index or a unique constraint of an entity, and says which properties it names. */
export function indexSource(
  index: Readonly<Record<string, unknown>>,
  { meta }: Written,
  { platform }: Reading,
  imports: Imports,
): BlockItem {
  const { name, properties, expression, where, ...more } = index;
  const named = [properties ?? []].flat().map(String);
  const items: Piece[] = [
    ...option('name', name),
    ...option('properties', named.length > 0 ? named : undefined),
    ...expressionPiece(),
    ...option('where', typeof where === 'function' ? evaluated(where, propertyArguments(meta), platform) : where),
    ...Object.entries(more).flatMap(([key, value]) => option(key, value)),
  ];
  return { piece: record(items), properties: named.map(path => path.split('.')[0] ?? path) };

  function option(key: string, value: unknown): Piece[] {
    const piece = value === undefined ? undefined : literal(value, imports);
    return piece === undefined ? [] : [labelled(`${key}: `, piece)];
  }

  /** An expression that is handed the name of its index goes on being handed it. */
  function expressionPiece(): Piece[] {
    const sql = evaluated(expression, [...propertyArguments(meta), placeholder], platform);
    if (sql === undefined) return [];
    const quoted = `"${placeholder}"`;
    const isQuoted = sql.includes(quoted);
    if (!sql.includes(placeholder)) return option('expression', sql);
    const escaped = sql.replaceAll(/[\\`]|\$\{/g, String.raw`\$&`);
    // A question mark of the SQL is none of a parameter.
    const text = isQuoted ? escaped.replaceAll('?', String.raw`\\?`) : escaped;
    const tag = isQuoted ? imports.use('@mikro-orm/core', 'quote') : '';
    return [
      `expression: (_columns, _table, name) => ${tag}\`${text.replaceAll(isQuoted ? quoted : placeholder, '${name}')}\``,
    ];
  }
}
