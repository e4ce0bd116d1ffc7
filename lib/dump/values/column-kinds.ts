import { ReferenceKind, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import type { ColumnKind } from '../../dialects/row-transfer.ts';
import { logicalType } from '../../models/describe-properties.ts';

/** What a dump says of a column. */
interface KindOfColumn {
  readonly kind: ColumnKind;
  readonly scale?: number | undefined;
}

/** By what a property is to the application, which is the same on every dialect. */
const BY_TYPE: Readonly<Record<string, ColumnKind>> = {
  integer: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  tinyint: 'integer',
  bigint: 'integer',
  float: 'real',
  double: 'real',
  decimal: 'decimal',
  boolean: 'boolean',
  string: 'text',
  text: 'text',
  tinytext: 'text',
  mediumtext: 'text',
  longtext: 'text',
  character: 'text',
  enum: 'text',
  uuid: 'uuid',
  date: 'date',
  time: 'time',
  interval: 'interval',
  datetime: 'moment',
  json: 'json',
  blob: 'blob',
  uint8array: 'blob',
  array: 'array',
  enumarray: 'array',
};

/** The column types that hold the values of a kind; a property may ask for a type of another sort. */
const TYPES: Readonly<Partial<Record<ColumnKind, RegExp>>> = {
  integer: /int|serial/,
  real: /real|float|double/,
  decimal: /numeric|decimal/,
  boolean: /bool|int/,
  uuid: /uuid|text|char/,
  date: /^date(?!time)/,
  time: /^time(?!stamp)/,
  interval: /interval/,
  moment: /^datetime|^timestamp/,
  json: /json/,
  blob: /blob|bytea/,
  array: /\[\]$|text/,
};

/** Of a type of the application's own, only the column type is known. */
const BY_COLUMN_TYPE: readonly (readonly [RegExp, ColumnKind])[] = [
  [/\[\]$/, 'array'],
  [/interval/, 'interval'],
  [/^(?:small|big|medium|tiny)?int(?:eger|\d)?\b|serial/, 'integer'],
  [/^real|^float|^double/, 'real'],
  [/^numeric|^decimal/, 'decimal'],
  [/^bool/, 'boolean'],
  [/^uuid/, 'uuid'],
  [/^json/, 'json'],
  [/^blob|^bytea/, 'blob'],
  [/^datetime|^timestamp/, 'moment'],
  [/^date/, 'date'],
  [/^time/, 'time'],
  [/text|char/, 'text'],
];

/** How the values of each column of a table stand in a dump, by the column's name. */
export function columnKinds(metas: readonly EntityMetadata[]): ReadonlyMap<string, KindOfColumn> {
  const kinds = new Map<string, KindOfColumn>();
  for (const prop of metas.flatMap(({ props }) => props)) {
    if (prop.kind === ReferenceKind.ONE_TO_MANY || prop.kind === ReferenceKind.MANY_TO_MANY) continue;
    for (const [index, column] of (prop.fieldNames ?? []).entries()) {
      // A property inside a JSON document has no column.
      if (prop.object && prop.embedded !== undefined) continue;
      if (!kinds.has(column)) kinds.set(column, kindOfColumn(prop, index));
    }
  }
  return kinds;
}

function kindOfColumn(prop: EntityProperty, index: number): KindOfColumn {
  const type = (prop.columnTypes?.[index] ?? '').toLowerCase();
  const source = sourceOf(prop, index);
  const kind = kindOf(source, type);
  const scale = kind === 'decimal' ? /\(\s*\d+\s*,\s*(\d+)\s*\)/.exec(type)?.[1] : undefined;
  return { kind, scale: scale === undefined ? undefined : Number(scale) };
}

function kindOf(prop: EntityProperty, type: string): ColumnKind {
  const isEmbedded = prop.kind === ReferenceKind.EMBEDDED;
  const logical = isEmbedded ? 'json' : prop.array && prop.items ? 'array' : logicalType(prop).toLowerCase();
  const kind = BY_TYPE[logical] ?? BY_COLUMN_TYPE.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';
  const fitting = TYPES[kind];
  if (!fitting || type === '' || fitting.test(type)) return kind;
  // The property asked for a column of another sort.
  return BY_COLUMN_TYPE.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';
}

/** A relation holds what the key that it points to holds. */
function sourceOf(prop: EntityProperty, index: number): EntityProperty {
  const target = prop.targetMeta;
  if (!target || (prop.kind !== ReferenceKind.MANY_TO_ONE && prop.kind !== ReferenceKind.ONE_TO_ONE)) return prop;
  const keys = target.getPrimaryProps().flatMap(key => key.fieldNames.map((_, at) => sourceOf(key, at)));
  // The first column of a polymorphic relation names the entity.
  const offset = prop.fieldNames.length - keys.length;
  return index < offset ? ({ type: 'string' } as EntityProperty) : (keys[index - offset] ?? prop);
}
