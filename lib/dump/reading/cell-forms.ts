import type { ColumnKind } from '../../dialects/row-transfer.ts';
import { tagOf, textOf } from '../../rows/canonical/cells.ts';
import { isMoment } from '../../rows/canonical/moment-text.ts';
import { isDecimal } from '../../rows/canonical/number-text.ts';
import { TEXTUAL } from '../../rows/canonical/value-counts.ts';

const INTEGER = /^(?:0|-?[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/;
const HEX = /^"(?:[0-9a-f]{2})*"$/;

/** A string in which nothing is escaped. */
const PLAIN = /^"[^"\\\p{Cc}]*"$/u;

/** Whether the JSON text of a value has the form of its column's kind, or says what else it is. */
export function isInForm(kind: ColumnKind, cell: string): boolean {
  if (cell === 'null' || (TEXTUAL.has(kind) && PLAIN.test(cell))) return true;
  const tagged = tagOf(cell);
  if (tagged) return isTagged(tagged.tag, tagged.value);
  switch (kind) {
    case 'integer':
      return INTEGER.test(cell);
    case 'real':
      return NUMBER.test(cell) || /^"(?:NaN|-?Infinity)"$/.test(cell);
    case 'decimal':
      return isString(cell) && isDecimal(textOf(cell));
    case 'boolean':
      return cell === 'true' || cell === 'false';
    case 'moment':
      return isString(cell) && isMoment(textOf(cell));
    case 'json':
      return cell.startsWith('[') && isOneValue(cell);
    case 'blob':
      return HEX.test(cell);
    case 'array':
      return cell.startsWith('[') && isItems(parsed(cell));
    default:
      return isString(cell);
  }
}

function isTagged(tag: string, value: string): boolean {
  if (tag === 'integer') return isString(value) && INTEGER.test(textOf(value));
  if (tag === 'real') return isInForm('real', value) && value !== 'null';
  return tag === 'text' ? isString(value) : HEX.test(value);
}

function isString(cell: string): boolean {
  return cell.startsWith('"') && typeof parsed(cell) === 'string';
}

function isOneValue(cell: string): boolean {
  const value = parsed(cell);
  return Array.isArray(value) && value.length === 1;
}

function isItems(value: unknown): boolean {
  return Array.isArray(value) && value.every(item => item === null || typeof item === 'string' || isItems(item));
}

function parsed(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return undefined;
  }
}
