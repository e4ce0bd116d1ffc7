import { tagOf, textOf } from '../../../rows/canonical/cells.ts';
import { readMoment } from '../../../rows/canonical/moment-text.ts';
import type { TransferColumn } from '../../row-transfer.ts';
import { wholeOf } from './fit.ts';

/** A text that is no UTF-8, by its bytes: no driver binds one. */
export class TextBytes {
  readonly hex: string;

  constructor(hex: string) {
    this.hex = hex;
  }
}

/** A value with its storage class: an integer is a bigint, and a number is a real, also one without a fraction. */
export type LoadedValue = null | bigint | number | string | Uint8Array | TextBytes;

/** Makes the function that reads the values of a column from a dump. */
export function valueReaderOf({ kind, isEmptied }: TransferColumn): (cell: string) => LoadedValue {
  if (isEmptied) return () => null;
  const plain = BY_KIND[kind] ?? textOf;
  return cell => {
    if (cell === 'null') return null;
    const tagged = tagOf(cell);
    if (!tagged) return plain(cell);
    const { tag, value } = tagged;
    if (tag === 'real') return realOf(value);
    const text = textOf(value);
    if (tag === 'integer') return BigInt(text);
    if (tag === 'blob') return Buffer.from(text, 'hex');
    return tag === 'bytes' ? new TextBytes(text) : text;
  };
}

const BY_KIND: Readonly<Record<string, ((cell: string) => LoadedValue) | undefined>> = {
  integer: BigInt,
  boolean: cell => (cell === 'true' ? 1n : 0n),
  real: realOf,
  decimal: cell => {
    const text = textOf(cell);
    const whole = wholeOf(text);
    return whole === undefined ? realOf(text) : BigInt(whole);
  },
  moment: cell => momentOf(textOf(cell)),
  json: cell => cell.slice(1, -1),
  blob: cell => Buffer.from(textOf(cell), 'hex'),
  array: cell => (JSON.parse(cell) as string[]).join(','),
};

function realOf(cell: string): number {
  return Number(cell.startsWith('"') ? textOf(cell) : cell);
}

/** JavaScript reads the years from 1 to 9999 faster. */
function momentOf(text: string): bigint {
  const isUsual = /^(?!0000)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?$/.test(text);
  return isUsual ? BigInt(Date.parse(`${text.replace(' ', 'T')}Z`)) : (readMoment(text) as bigint) / 1000n;
}
