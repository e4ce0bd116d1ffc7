import type { TransferColumn } from '../../dialects/row-transfer.ts';
import type { CellValues } from './cell-values.ts';
import type { Random } from './random.ts';
import { uuid } from './text-cells.ts';

/** How one value of a type is made, as PostgreSQL says it back. */
type MakeText = (random: Random) => string;

interface ServerType {
  readonly special: readonly string[];
  readonly make: MakeText;
}

const byte: MakeText = random => String(random.below(256));
const hex =
  (count: number): MakeText =>
  random =>
    random.list(count, () => random.below(256).toString(16).padStart(2, '0')).join(':');
const two = (number: number) => String(number).padStart(2, '0');
const day: MakeText = random =>
  `20${two(random.below(100))}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`;
const second: MakeText = random => `${day(random)} ${two(random.below(24))}:${two(random.below(60))}:00`;

const ADDRESSES: ServerType = {
  special: ['0.0.0.0', '255.255.255.255', '::1', '2001:db8::ff00:42:8329', '10.1.2.0/24'],
  make: random => `10.${byte(random)}.${byte(random)}.${byte(random)}`,
};
const NETWORKS: ServerType = {
  special: ['0.0.0.0/0', '10.1.2.3/32', '2001:db8::/32'],
  make: random => `10.${byte(random)}.${byte(random)}.0/24`,
};

/** Bits of a fixed or a greatest number; any number if the type names none. */
function bits(count: number, isFixed: boolean): ServerType {
  const special = isFixed ? ['0'.repeat(count), '1'.repeat(count)] : ['', '1'.repeat(count), '0'];
  const length = (random: Random) => (isFixed ? count : random.between(1, count));
  return { special, make: random => random.list(length(random), () => String(random.below(2))).join('') };
}

/** A range with its lower bound inside and its upper one outside: PostgreSQL says one of whole numbers or days so. */
function range(bounds: (random: Random) => readonly [string, string], edges: readonly string[]): ServerType {
  const made: MakeText = random => `[${bounds(random).join(',')})`;
  return { special: ['empty', '(,)', ...edges], make: made };
}

/** Ranges of one of these, from a lower value to a higher one. */
const WHOLE = range(
  random => {
    const from = random.between(-1000, 1000);
    return [String(from), String(from + random.between(1, 100))];
  },
  ['[1,2)', '(,7)', '[-7,)'],
);
const DAYS = range(random => [`19${day(random).slice(2)}`, day(random)], ['[2024-02-29,2024-03-01)', '[2024-01-01,)']);
const quoted = ([from, to]: readonly [string, string], zone = ''): readonly [string, string] => [
  `"${from}${zone}"`,
  `"${to}${zone}"`,
];
const moments = (zone: string) =>
  range(random => quoted([`19${second(random).slice(2)}`, second(random)], zone), [`["2024-02-29 00:00:00${zone}",)`]);

const RANGES: Readonly<Record<string, ServerType>> = {
  int4: WHOLE,
  int8: WHOLE,
  num: {
    ...WHOLE,
    special: [...WHOLE.special, '[1.5,2.25]', '(0,0.1)'],
  },
  ts: moments(''),
  tstz: moments('+00'),
  date: DAYS,
};

/** @param most the number in parentheses behind the type */
function typeOf(base: string, most: number | undefined): ServerType | undefined {
  const [, item = '', isMulti] = /^(int4|int8|num|ts|tstz|date)(multi)?range$/.exec(base) ?? [];
  const found = RANGES[item];
  if (found && isMulti) return { special: ['{}'], make: random => `{${found.make(random)}}` };
  if (found) return found;
  switch (base) {
    case 'inet':
      return ADDRESSES;
    case 'cidr':
      return NETWORKS;
    case 'macaddr':
      return { special: ['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'], make: hex(6) };
    case 'macaddr8':
      return { special: ['00:00:00:00:00:00:00:00'], make: hex(8) };
    case 'bit':
      return bits(most ?? 1, true);
    case 'bit varying':
    case 'varbit':
      return bits(most ?? 64, false);
    case 'ltree':
      return { special: [], make: random => `${word(random)}.${word(random)}` };
    case 'point':
      return { special: ['(0,0)'], make: random => `(${random.between(-90, 90)},${random.between(-90, 90)}.5)` };
    case 'xml':
      return { special: ['<a/>'], make: random => `<a>${word(random)}</a>` };
    default:
      return undefined;
  }
}

const word: MakeText = random => random.list(5, () => String.fromCharCode(97 + random.below(26))).join('');

/** Types whose values are made elsewhere, except in a list, or in a column of a property of another type. */
function itemOf(base: string, scale: number): ServerType | undefined {
  switch (base) {
    case 'uuid':
      return { special: [], make: random => JSON.parse(uuid(random)) as string };
    case 'boolean':
      return { special: ['t', 'f'], make: random => random.pick(['t', 'f']) };
    case 'date':
      return { special: ['2024-02-29'], make: day };
    case 'timestamp':
    case 'timestamp without time zone':
      return { special: ['2024-02-29 00:00:00'], make: second };
    case 'timestamptz':
    case 'timestamp with time zone':
      return { special: ['2024-02-29 00:00:00+00'], make: random => `${second(random)}+00` };
    case 'interval':
      return { special: ['P1D', 'PT0S'], make: random => `P${random.between(2, 30)}D` };
    case 'numeric':
    case 'decimal':
      return {
        special: [(0).toFixed(scale), (-1).toFixed(scale)],
        make: random => random.between(-9, 9).toFixed(scale),
      };
    case 'real':
    case 'double precision':
      return { special: ['0', '-1'], make: random => String(random.between(-99, 99)) };
    default:
      return undefined;
  }
}

/**
 * Values of types that PostgreSQL has in addition to those of MikroORM, and of lists of them; `undefined` for any other type.
 *
 * @param kind how the values stand in a dump: a list as one, or as the text that PostgreSQL says.
 */
export function serverValues({ type, kind }: Pick<TransferColumn, 'type' | 'kind'>): CellValues | undefined {
  const [, base = '', size, list = ''] =
    /^([a-z0-9 ]+?)\s*(?:\(([\d, ]+)\))?((?:\[\])*)$/.exec(type.toLowerCase()) ?? [];
  const most = size === undefined ? undefined : Number.parseInt(size, 10);
  const found =
    typeOf(base, most) ?? (list !== '' || kind === 'text' ? itemOf(base, Number(size?.split(',')[1] ?? 0)) : undefined);
  if (!found) return undefined;
  // Cast to a text, a value and an item of a list say more than a list that is cast as a whole
  const isCast = kind === 'array' || list === '';
  const say: (text: string) => string = isCast ? text => castToText(base, text) : text => text;
  const [special, make] = [found.special.map(say), (random: Random) => say(found.make(random))];
  if (list === '') {
    const one: MakeText = random => JSON.stringify(make(random));
    return { special: special.map(text => JSON.stringify(text)), random: one, plain: one };
  }
  const cell = (items: readonly string[]) =>
    JSON.stringify(kind === 'array' ? items : `{${items.map(quoteItem).join(',')}}`);
  return {
    special: [cell([]), cell(special)],
    random: random => cell(random.list(random.below(4), () => make(random))),
    plain: random => cell([make(random)]),
  };
}

function castToText(base: string, text: string): string {
  if (base === 'boolean') return text === 't' ? 'true' : 'false';
  if (base !== 'inet' || text.includes('/')) return text;
  return `${text}/${text.includes(':') ? 128 : 32}`;
}

/** An item of a list, quoted where PostgreSQL does. https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO */
function quoteItem(item: string): string {
  return item === '' || /[\s{},"\\]|^null$/i.test(item) ? `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"` : item;
}
