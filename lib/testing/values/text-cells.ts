import type { CellValues } from './cell-values.ts';
import type { Random } from './random.ts';

/** Texts that often cause errors: quotes, placeholders, patterns, line ends, other scripts, combining marks. */
const TEXTS: readonly string[] = [
  '',
  ' ',
  "it's",
  '"quoted" \\ \\" %_?',
  'null',
  '0',
  '$1 :name ? ??',
  'two\nlines\r\n\tand a tab',
  "'; drop table animal; --",
  '<b>&amp;</b>',
  '{"a":[1,"b"]}',
  'Äöü ß İı éé',
  'Ελληνικά кириллица 日本語 한국어',
  'שלום עליכם مرحبا',
  '👩‍👩‍👧‍👦🏳️‍🌈 \u{1F469}\u{1F3FD}\u{200D}\u{1F680}',
  '\u{10FFFF}\u{FFFD}\u{FEFF}\u{2028}\u{0001}\u{007F}',
];

/** An index of PostgreSQL has room for about 2,700 bytes, and a character may take four. */
const LONG = { plain: 5000, indexed: 150 };
const WORDS = ['ant', 'bee', 'cat', 'dodo', 'emu', 'fox', 'gnu', 'hen', 'ibis', 'jay', 'koi', 'lynx'];

interface TextLimits {
  /** The number of characters that fit. */
  readonly length: number | undefined;
  /** Whether it is part of an index or key. */
  readonly isIndexed: boolean;
  readonly isKey: boolean;
  /** A column of a fixed length cuts blanks at its end. */
  readonly isFixed?: boolean;
}

/** Makes texts of any characters, up to the length that fits. */
export function textValues({ length, isIndexed, isKey, isFixed = false }: TextLimits): CellValues {
  const most = Math.min(length ?? Infinity, isIndexed ? LONG.indexed : LONG.plain);
  const fitting = (text: string) => {
    const cut = Array.from(text).slice(0, most).join('');
    return JSON.stringify(isFixed ? cut.replace(/ +$/, '') : cut);
  };
  const long = Array.from({ length: most }, (_, index) =>
    index % 7 === 0 ? 'é' : String.fromCharCode(97 + (index % 26)),
  );
  const special = ['', long.join(''), ...TEXTS].map(fitting).filter(cell => !isKey || cell.trim().length > 3);
  return {
    special: [...new Set(special)],
    random: random => fitting(`${isKey ? 'k' : ''}${anyText(random, Math.min(most, 40))}`),
    plain: random => fitting(`${random.pick(WORDS)}${random.below(10_000)}`),
  };
}

/** Any characters except those that PostgreSQL cannot store: null, and half characters. */
export function anyText(random: Random, most: number): string {
  const points = random.list(random.below(most + 1), () => {
    const block = random.below(4);
    if (block < 2) return random.between(0x20, 0x7e);
    if (block === 2) return random.between(0xa0, 0xd7ff);
    return random.between(0x1_0000, 0x1_ffff);
  });
  return String.fromCodePoint(...points);
}

/** A random UUID, of version 4. */
export function uuid(random: Random): string {
  const hex = random.list(32, () => random.below(16).toString(16));
  [hex[12], hex[16]] = ['4', random.pick(['8', '9', 'a', 'b'])];
  return JSON.stringify(hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
}
