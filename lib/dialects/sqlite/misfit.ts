import type { Column } from '@mikro-orm/sql';
import { quoteName } from '../../sql/quoting.ts';
import type { LiveColumn } from '../table-changes.ts';
import type { EditContext } from '../table-editor.ts';
import { wantedColumn } from './alter-table/wanted-text.ts';

/** What values a declared type is for, as far as SQLite or MikroORM takes it at its word. */
type Kind = 'integer' | 'real' | 'decimal' | 'text' | 'blob' | 'json' | 'anything';

/** The digits that a number written as text keeps for sure when it becomes a floating point one. */
const EXACT_DIGITS = 15;

/**
 * An expression that is true for a value that is not what the wanted type is for, and that SQLite would not make into
 * it, or not without loss. Lengths are none of its concern.
 */
export function misfit(context: EditContext, live: LiveColumn, column: Column): string | undefined {
  const [from, to] = [kindOf(live.type), kindOf(wantedColumn(context, column).said.type)];
  if (from === to) return undefined;
  const value = quoteName(live.name);
  switch (to) {
    case 'integer':
      return `not (${isInteger(value)})`;
    case 'real':
      return `not (cast(${value} as real) = ${value})`;
    case 'decimal':
      return `(not (cast(${value} as numeric) = ${value}) or ${hasTooManyDigits(value)})`;
    case 'text':
      return `typeof(${value}) = 'blob'`;
    case 'blob':
      return `typeof(${value}) not in ('blob', 'null')`;
    case 'json':
      return `not json_valid(${value})`;
    case 'anything':
      return undefined;
  }
}

/**
 * Beside a number a text is compared as the number it looks like, just as a column of numbers would store it. One that
 * looks like none is equal to none.
 *
 * @see https://www.sqlite.org/datatype3.html#type_conversions_prior_to_comparison
 */
function isInteger(value: string): string {
  return `cast(cast(${value} as numeric) as integer) = ${value}`;
}

/** A text whose digits are more than the number made of it keeps. */
function hasTooManyDigits(value: string): string {
  const digits = `trim(replace(trim(${value}), '.', ''), '+-0')`;
  return `(typeof(${value}) = 'text' and not (${isInteger(value)}) and length(${digits}) > ${EXACT_DIGITS})`;
}

// https://www.sqlite.org/datatype3.html#determination_of_column_affinity
function kindOf(declared: string): Kind {
  const type = declared.toLowerCase();
  if (type.includes('int')) return 'integer';
  if (/char|clob|text/.test(type)) return 'text';
  if (type.includes('blob')) return 'blob';
  if (/real|floa|doub/.test(type)) return 'real';
  if (/^(?:numeric|decimal)\b/.test(type)) return 'decimal';
  return /^jsonb?\b/.test(type) ? 'json' : 'anything';
}
