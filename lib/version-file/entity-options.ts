import type { ViewDescription } from '../models/description.ts';
import type { Reading } from '../models/reading.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { labelled, list, type Piece } from '../source-code/layout.ts';
import { keyLiteral, literal, stringLiteral } from '../source-code/literals.ts';
import { exportName } from './entity-block.ts';
import { evaluated, propertyArguments } from './evaluated.ts';
import { viewOf, type Written } from './declared-entities.ts';

/** Writes what is said of an entity as a whole: its name, its table, what it extends, what it selects. */
export function entityOptions(written: Written, reading: Reading, imports: Imports): Piece[] {
  const { meta, own, parent } = written;
  const view = viewOf(meta, reading);
  const sharesTable = parent !== undefined && meta.root.inheritanceType === 'sti';
  return [
    ...option('name', meta.className),
    ...(meta.embeddable ? ['embeddable: true'] : []),
    ...(own.abstract === true ? ['abstract: true'] : []),
    ...(parent ? [`extends: ${exportName(parent.className)}`] : []),
    ...option('inheritance', own.inheritance),
    ...(sharesTable ? [] : option('tableName', own.tableName ?? own.collection)),
    ...option('schema', own.schema),
    ...option('comment', own.comment),
    ...discriminator(),
    ...option('discriminatorValue', own.discriminatorValue),
    ...(view ? [viewPiece(view)] : []),
    ...option('expression', view?.expression),
    ...option('rowLevelSecurity', written.inherited('rowLevelSecurity')),
    ...option('partitionBy', partitions()),
  ];

  function option(name: string, value: unknown): Piece[] {
    const piece = value === undefined || value === null ? undefined : literal(value, imports);
    return piece === undefined ? [] : [labelled(`${name}: `, piece)];
  }

  /** The property that tells entities apart, its column if that has another name, and the values if they are chosen. */
  function discriminator(): Piece[] {
    const property = own.discriminator ?? own.discriminatorColumn;
    const isColumn = own.discriminatorColumn !== property;
    const column = own.discriminatorFieldName ?? (isColumn ? own.discriminatorColumn : undefined);
    const named =
      column === undefined
        ? option('discriminatorColumn', property)
        : [...option('discriminator', property), ...option('discriminatorColumn', column)];
    if (!own.discriminatorMap || meta.root !== meta) return named;
    const values = Object.entries(meta.discriminatorMap ?? {}).map(
      ([value, type]) => `${keyLiteral(value)}: ${stringLiteral(reading.metadata.get(type).className)}`,
    );
    // Names are looked up when the ORM is made; the types ask for classes.
    return [...named, labelled('discriminatorMap: ', list('{ ', values, ' } as never'))];
  }

  function partitions(): unknown {
    const given = own.partitionBy as { readonly expression?: unknown } | undefined;
    if (!given || typeof given.expression !== 'function') return given;
    return { ...given, expression: evaluated(given.expression, propertyArguments(meta), reading.platform) };
  }
}

function viewPiece({ materialized, withoutData }: ViewDescription): string {
  if (!materialized) return 'view: true';
  return withoutData ? 'view: { materialized: true, withData: false }' : 'view: { materialized: true }';
}
