import type { TransferColumn } from '../../row-transfer.ts';

const INTEGERS: readonly (readonly [RegExp, number])[] = [
  [/^(?:smallint|int2|smallserial)\b/, 2 ** 15 - 1],
  [/^(?:bigint|int8|bigserial)\b/, Number.MAX_SAFE_INTEGER],
  [/^(?:integer|int|int4|serial)\b/, 2 ** 31 - 1],
];

/** Up to which limit a plain value certainly fits a column. Where that depends on more than a size, each value is looked at. */
export function limitOfPostgresql({ kind, type, scale, items }: TransferColumn): number | undefined {
  if (items) return undefined;
  switch (kind) {
    case 'integer':
      return INTEGERS.find(([pattern]) => pattern.test(type))?.[1];
    case 'real':
      return /^(?:double precision|float8|float)$/.test(type) ? Infinity : undefined;
    case 'decimal':
      return decimalLimit(type, scale);
    case 'text':
      return textLimit(type);
    case 'moment':
      return Number(/\((\d)\)/.exec(type)?.[1] ?? 6);
    case 'boolean':
    case 'blob':
      return Infinity;
    default:
      return undefined;
  }
}

function decimalLimit(type: string, scale = 0): number | undefined {
  const [, precision, behind = 0] = /^(?:numeric|decimal)\((\d+)(?:\s*,\s*(\d+))?\)$/.exec(type) ?? [];
  return Number(behind) === scale && precision !== undefined ? Number(precision) - scale : undefined;
}

/** A character has at least one byte. */
function textLimit(type: string): number | undefined {
  if (type === 'text') return Infinity;
  const size = /^(?:varchar|character varying)(?:\((\d+)\))?$/.exec(type);
  return size ? Number(size[1] ?? Infinity) : undefined;
}
