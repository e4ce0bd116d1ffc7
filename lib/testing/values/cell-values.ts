import { ReferenceKind, type EntityProperty, type Platform } from '@mikro-orm/core';
import type { TransferColumn } from '../../dialects/row-transfer.ts';
import { logicalType } from '../../models/describe-properties.ts';
import { embeddedValues, jsonValues } from './json-cells.ts';
import { dateValues, intervalValues, momentValues, timeValues } from './moment-cells.ts';
import { decimalValues, integerValues, realValues } from './number-cells.ts';
import { isOwnType, ownTypeValues } from './own-type-cells.ts';
import type { Random } from './random.ts';
import { serverValues } from './server-cells.ts';
import { anyText, textValues, uuid } from './text-cells.ts';

/** The values that a column may have, as their JSON text in a dump: the same on every dialect. */
export interface CellValues {
  /** Those at the edges. */
  readonly special: readonly string[];
  /** Any other. */
  random(random: Random): string;
  /** A simple value that every check should accept. */
  plain(random: Random): string;
}

/** How a column is used. */
interface ColumnUse {
  readonly isKey: boolean;
  readonly isIndexed: boolean;
  readonly platform: Platform;
  /** Whether the database keeps microseconds, and all digits of a decimal. */
  readonly isExact: boolean;
}

/** Returns the values that a column may have; `undefined` if none can be made for its type. */
export function cellValues(
  { kind, type }: TransferColumn,
  prop: EntityProperty | undefined,
  use: ColumnUse,
): CellValues | undefined {
  if (!prop) return undefined;
  const made = prop.items?.length
    ? itemValues(prop, kind)
    : (serverValues({ type, kind }) ?? valuesOfKind(kind, prop, use));
  if (!made || !isOwnType(prop)) return made;
  const length = kind === 'text' ? lengthOf(prop, logicalType(prop).toLowerCase()) : undefined;
  return ownTypeValues(made, { prop, kind, platform: use.platform, length });
}

function valuesOfKind(kind: TransferColumn['kind'], prop: EntityProperty, use: ColumnUse): CellValues | undefined {
  const type = logicalType(prop).toLowerCase();
  switch (kind) {
    case 'integer':
      if (prop.version) return { special: ['1'], random: random => String(random.between(1, 99)), plain: () => '1' };
      return integerValues(type, { unsigned: prop.unsigned === true });
    case 'real':
      return realValues({ isSingle: type === 'float' || /real|float4/.test(prop.columnTypes?.[0] ?? '') });
    case 'decimal':
      return decimalValues({ ...decimalSize(prop), isExact: use.isExact });
    case 'boolean':
      return choice(['true', 'false']);
    case 'uuid':
      return { special: [], random: uuid, plain: uuid };
    case 'date':
      return dateValues();
    case 'time':
      return timeValues();
    case 'interval':
      return intervalValues();
    case 'moment':
      return momentValues({ digits: digitsIn(prop, use) });
    case 'json':
      return prop.kind === ReferenceKind.EMBEDDED ? embeddedValues(prop) : jsonValues();
    case 'blob':
      return { special: ['""', '"00"', '"ff00fe80"'], random: bytes, plain: () => '"00ff"' };
    case 'array':
      return arrayValues(prop);
    case 'text':
      return textValues({ ...use, length: lengthOf(prop, type), isFixed: type === 'character' });
    default:
      return undefined;
  }
}

function choice(cells: readonly string[]): CellValues {
  return { special: cells, random: random => random.pick(cells), plain: random => random.pick(cells) };
}

function itemValues({ items = [], array }: EntityProperty, kind: TransferColumn['kind']): CellValues {
  const texts = items.map(String);
  if (!array) return choice(kind === 'integer' ? texts : texts.map(text => JSON.stringify(text)));
  const some = (random: Random) => JSON.stringify(random.shuffled(texts).slice(0, random.between(1, texts.length)));
  return { special: ['[]', JSON.stringify(texts)], random: some, plain: some };
}

function arrayValues({ type, runtimeType, columnTypes }: EntityProperty): CellValues {
  const isNumber = /number|int/.test(`${type} ${runtimeType} ${columnTypes?.[0]}`);
  const item = (random: Random) =>
    isNumber ? String(random.between(-1000, 1000)) : anyText(random, 8).replaceAll(/[,"[\]{}\\]/g, ';') || 'x';
  const some = (random: Random) => JSON.stringify(random.list(random.below(5), () => item(random)));
  const special = isNumber ? ['[]', '["0"]'] : ['[]', '["NULL","é👍"," ","it\'s"]'];
  return { special, random: some, plain: random => JSON.stringify([item(random)]) };
}

function bytes(random: Random): string {
  return JSON.stringify(random.list(random.below(24), () => random.below(256).toString(16).padStart(2, '0')).join(''));
}

function decimalSize(prop: EntityProperty): { precision: number | undefined; scale: number | undefined } {
  const [, precision, scale] = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(prop.columnTypes?.[0] ?? '') ?? [];
  if (precision === undefined) return { precision: prop.precision, scale: prop.scale };
  return { precision: Number(precision), scale: Number(scale ?? 0) };
}

/** MikroORM's own moments have whole seconds on PostgreSQL, and milliseconds on SQLite. A type without digits has six. */
function digitsIn({ columnTypes, length, version }: EntityProperty, { isExact, isKey }: ColumnUse): number {
  // JavaScript compares keys and versions, and keeps only milliseconds.
  const most = isExact && !isKey && !version ? 6 : 3;
  const said = /\((\d)\)/.exec(columnTypes?.[0] ?? '')?.[1];
  return Math.min(said === undefined ? (length ?? most) : Number(said), most);
}

function lengthOf(prop: EntityProperty, type: string): number | undefined {
  const said = /char\w*(?: varying)?\((\d+)\)/i.exec(prop.columnTypes?.[0] ?? '')?.[1];
  if (said !== undefined) return Number(said);
  if (prop.length !== undefined) return prop.length;
  return { string: 255, character: 1 }[type];
}
