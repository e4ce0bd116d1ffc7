import { showDecimal, showReal } from '../../rows/canonical/number-text.ts';
import type { CellValues } from './cell-values.ts';

const BITS: Readonly<Record<string, bigint | undefined>> = {
  tinyint: 7n,
  smallint: 15n,
  mediumint: 23n,
  integer: 31n,
  bigint: 63n,
};

/** Makes integers of the whole range of a type. */
export function integerValues(type: string, { unsigned }: { readonly unsigned: boolean }): CellValues {
  const limit = 2n ** (BITS[type] ?? 31n);
  const [min, max] = [unsigned ? 0n : -limit, limit - 1n];
  const special = [0n, 1n, -1n, max, min, max - 1n, 10n, 99n, 2n ** 53n + 1n, -(2n ** 53n) - 1n];
  return {
    special: [...new Set(special.filter(value => value >= min && value <= max).map(String))],
    random: random => String(random.between64(min, max)),
    plain: random => String(random.between(unsigned ? 0 : 1, 99)),
  };
}

const DOUBLES = [0, 1, -1, 0.1, -0.5, 1 / 3, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53, Math.PI];
const SINGLES = [0, 1, -1, 0.1, -0.5, 0.333333, 1e21, 1e-7, 3.4e38, -3.4e38, 16_777_216, 2.5e-38];

/** Makes numbers of 64 bits, or those that 32 bits keep as they are written. */
export function realValues({ isSingle }: { readonly isSingle: boolean }): CellValues {
  const written = (value: number) => showReal(isSingle ? Number(value.toPrecision(6)) : value);
  const made = (value: number) => written(value === 0 ? 0 : value);
  return {
    special: (isSingle ? SINGLES : DOUBLES).map(made),
    // Six digits of a larger number may lie half way between two numbers of 32 bits.
    random: random => made((random.next() - 0.5) * 10 ** random.between(-10, isSingle ? 6 : 15)),
    plain: random => made(random.between(0, 9999) / 4),
  };
}

/** SQLite keeps as many digits of a decimal exactly. */
const DIGITS = 15;
/** A decimal has as many if its column has room for any number, and random ones have no more than 64 bits. */
const [EXACT_DIGITS, RANDOM_DIGITS] = [20, 18];

interface DecimalSize {
  readonly precision: number | undefined;
  readonly scale: number | undefined;
  /** Whether the database keeps more than 15 digits. */
  readonly isExact: boolean;
}

/** Makes decimals with all the digits that the database keeps. */
export function decimalValues({ precision, scale, isExact }: DecimalSize): CellValues {
  const behind = scale ?? 4;
  const digits = Math.max(1, isExact ? (precision ?? EXACT_DIGITS) : Math.min(precision ?? DIGITS, DIGITS));
  const [most, mostRandom] = [mostOf(digits), mostOf(Math.min(digits, RANDOM_DIGITS))];
  const written = (unscaled: bigint) => {
    const text = showDecimal(`${unscaled}e-${behind}`);
    const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
    return JSON.stringify(scale === undefined ? short : showDecimal(short, scale));
  };
  const one = 10n ** BigInt(Math.min(behind, digits - 1));
  return {
    special: [...new Set([0n, 1n, -1n, one, -one, most, -most, one / 2n, one + 1n].map(written))],
    random: random => written(random.between64(-mostRandom, mostRandom)),
    plain: random => written((BigInt(random.between(1, 99)) * one) / 10n),
  };
}

/** The largest number of so many digits. */
function mostOf(digits: number): bigint {
  return 10n ** BigInt(digits) - 1n;
}
