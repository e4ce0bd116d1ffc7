import { types, Type, type EntityProperty, type Platform } from '@mikro-orm/core';
import type { TransferColumn } from '../../dialects/row-transfer.ts';
import type { CellValues } from './cell-values.ts';
import { Random } from './random.ts';
import { uuid } from './text-cells.ts';

const KNOWN: ReadonlySet<unknown> = new Set(Object.values(types));

/** Tells whether a custom type is the application's, whose values have a form that only it knows. */
export function isOwnType({ customType }: EntityProperty): boolean {
  return customType instanceof Type && !KNOWN.has(customType.constructor) && customType.constructor !== Type;
}

/** A column with a custom type of the application. */
interface OwnTypeColumn {
  readonly prop: EntityProperty;
  readonly kind: TransferColumn['kind'];
  readonly platform: Platform;
  /** The number of characters that fit. */
  readonly length: number | undefined;
}

type MakeCell = (random: Random) => string;

/** How many values of each form are tried. */
const SAMPLES = 20;

/**
 * Finds values that the application's custom type reads and writes back unchanged: any values of the column, or texts of a
 * common form. Returns `undefined` if there are none.
 */
export function ownTypeValues(values: CellValues, column: OwnTypeColumn): CellValues | undefined {
  const special = values.special.filter(cell => isRead(cell, column));
  const samplesOf = (make: MakeCell) =>
    Array.from({ length: SAMPLES }, (_, index) => make(new Random(index, 'form'))).filter(cell => isRead(cell, column));
  const isMaker = (make: MakeCell) => samplesOf(make).length > 0;
  const any: MakeCell = random => values.random(random);
  const attempts = [() => [any], ...(column.kind === 'text' ? [() => FORMS, () => writtenTexts(column)] : [])];
  let makers: readonly MakeCell[] = [];
  for (const attempt of attempts) if (makers.length === 0) makers = attempt().filter(isMaker);
  const known = [...makers.flatMap(samplesOf), ...special];
  if (known.length === 0) return undefined;
  const first = (all: readonly MakeCell[]) => (random: Random) => {
    for (let tried = 0; tried < SAMPLES && all.length > 0; tried += 1) {
      const cell = random.pick(all)(random);
      if (isRead(cell, column)) return cell;
    }
    return random.pick(known);
  };
  const simple: MakeCell = random => values.plain(random);
  return { special, random: first(makers), plain: first(isMaker(simple) ? [simple] : makers) };
}

/** The texts that the custom type writes for values of JavaScript of any shape. */
function writtenTexts({ prop, platform }: OwnTypeColumn): readonly MakeCell[] {
  const type = prop.customType as Type<unknown>;
  const write = (value: unknown): string => {
    try {
      return JSON.stringify(String(type.convertToDatabaseValue(value, platform)));
    } catch {
      return '""';
    }
  };
  return VALUES.map(make => random => write(make(random)));
}

/** Tells whether the custom type reads a value and writes it back, in one of the forms in which drivers give it. */
function isRead(cell: string, { prop, kind, platform, length }: OwnTypeColumn): boolean {
  const type = prop.customType as Type<unknown>;
  const stored: unknown = JSON.parse(cell);
  if (typeof stored === 'string' && length !== undefined && stored.length > length) return false;
  return driverForms(stored, kind).some(form => {
    try {
      const back: unknown = type.convertToDatabaseValue(type.convertToJSValue(form, platform), platform);
      return plain(back) === plain(form);
    } catch {
      return false;
    }
  });
}

function driverForms(stored: unknown, kind: TransferColumn['kind']): readonly unknown[] {
  switch (kind) {
    case 'integer':
    case 'real':
      return [Number(stored), String(stored)];
    case 'moment':
      return [stored, new Date(String(stored)), new Date(String(stored)).getTime()];
    case 'blob':
      return [Buffer.from(String(stored), 'hex')];
    case 'json':
      return [stored, JSON.stringify(stored)];
    default:
      return [stored];
  }
}

function plain(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Date) return String(value.getTime());
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Texts of forms in which types of applications often keep a value. */
const TEXTS: readonly MakeCell[] = [
  random => String(random.below(100_000)),
  random => String(random.below(2)),
  random => `${random.below(10_000)}.${random.between(10, 99)}`,
  random => `${random.below(10_000)}.${random.between(10, 99)} EUR`,
  random => `EUR ${random.below(10_000)}.${random.between(10, 99)}`,
  random => `EUR:${random.below(10_000)}`,
  random => random.pick(['true', 'false']),
  random => random.pick(['Y', 'N', 'yes', 'no']),
  random => random.pick(['ANT', 'BEE', 'CAT', 'DODO']),
  random => random.pick(['ant', 'bee', 'cat', 'dodo']),
  random => `a${random.below(10_000)},b${random.below(10_000)}`,
  random => `${random.below(90)},${random.below(90)}`,
  random => `${random.below(90)}.5,${random.below(90)}.25`,
  random => `POINT(${random.below(90)} ${random.below(90)})`,
  random => `a${random.below(10_000)};b${random.below(10_000)}`,
  random => `a${random.below(10_000)}|b${random.below(10_000)}`,
  random => `a${random.below(10_000)}:b${random.below(10_000)}`,
  random => `ant${random.below(10_000)}@example.com`,
  random => `https://example.com/${random.below(10_000)}`,
  random => `192.0.2.${random.below(256)}`,
  random => `+4930${random.between(100_000, 999_999)}`,
  random => `#${random.list(6, () => random.below(16).toString(16)).join('')}`,
  random => Buffer.from(random.list(12, () => random.below(256))).toString('base64'),
  random => `${random.below(10)}.${random.below(10)}.${random.below(10)}`,
  random => `PT${random.between(1, 23)}H`,
  random => new Date(random.below(2_000_000_000) * 1000).toISOString(),
  random => new Date(random.below(2_000_000_000) * 1000).toISOString().slice(0, 10),
  random => `${random.between(10, 23)}:${random.between(10, 59)}:${random.between(10, 59)}`,
  random => JSON.stringify([random.below(1000), random.below(1000)]),
  random => JSON.stringify([`a${random.below(1000)}`]),
  random => JSON.stringify({ a: random.below(1000), b: 'x' }),
  random => JSON.parse(uuid(random)) as string,
];

const FORMS: readonly MakeCell[] = TEXTS.map(make => random => JSON.stringify(make(random)));

/** An object that has a value for each property. */
function objectOf(value: unknown): object {
  return new Proxy({}, { get: (_, name) => (typeof name === 'string' ? value : undefined) });
}

/** Values of JavaScript of the shapes that types of applications often have. */
const VALUES: readonly ((random: Random) => unknown)[] = [
  random => random.below(100_000),
  random => BigInt(random.below(100_000)),
  random => `a${random.below(10_000)}`,
  random => new Date(random.below(2_000_000_000) * 1000),
  random => [random.below(1000), random.below(1000)],
  random => objectOf(random.below(10_000)),
  random => objectOf(`a${random.below(10_000)}`),
];
