import type { Column } from '@mikro-orm/sql';
import { quoteEscaped, quoteName } from '../../sql/quoting.ts';
import type { LiveColumn, LiveTable } from '../table-changes.ts';
import type { EditContext, Sql } from '../table-editor.ts';
import { isInteger, isJson, isNumber, isText, partsOfType, type TypeParts } from './alter-table/column-types.ts';
import { enumNameOf } from './enums/enum-type.ts';
import { spell } from './alter-table/server-spelling.ts';

const INTEGER_RANGES: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ['-32768', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
};

/**
 * An expression that is true for a value that the wanted type refuses, or would keep only in part: a text that is cut, a
 * number that is rounded, a time of day that is lost. `undefined` where every value fits.
 */
export async function misfit(
  context: EditContext,
  table: LiveTable,
  column: LiveColumn,
  wanted: Column,
): Promise<string | undefined> {
  const value = quoteName(column.name);
  if (wanted.nativeEnumName !== undefined) return enumMisfit(context, value, column, wanted);
  const { type } = await spell(context, table, wanted);
  const [from, to] = [partsOfType(column.type), partsOfType(type)];
  if (column.type === type) return undefined;
  if (isText(to)) return textMisfit(value, from, to);
  if (isNumber(from) && isNumber(to)) return numberMisfit(value, from, to);
  if (isNumber(from) && to.base === 'boolean') return `${value} not in (0, 1)`;
  if (from.base === 'boolean' && isNumber(to)) return undefined;
  if (isJson(to) && !isText(from)) return from.base === 'json' ? refuses(context.sql, value, type) : undefined;
  if (isMoment(from) && isMoment(to)) return momentMisfit(value, from, to, type);
  if (from.base === to.base && !isNarrower(from, to)) return undefined;

  const refused = await refuses(context.sql, value, type);
  const rounded =
    to.base === 'numeric' && to.modifiers.length > 0 ? numberMisfit(`${value}::text::numeric`, from, to) : undefined;
  // The second may be asked only of what the first lets pass
  return rounded === undefined ? refused : `case when ${refused} then true else ${rounded} end`;
}

function textMisfit(value: string, from: TypeParts, to: TypeParts): string | undefined {
  const [length] = to.modifiers;
  if (length === undefined || (isText(from) && !isNarrower(from, to))) return undefined;
  return `char_length(${value}::text) > ${length}`;
}

function enumMisfit(context: EditContext, value: string, column: LiveColumn, wanted: Column): string {
  const items = (wanted.enumItems ?? []).map(quoteEscaped).join(', ');
  const isList = enumNameOf(context, wanted)?.isArray;
  if (isList && column.type.endsWith('[]')) return `not (${value}::text[] <@ array[${items}]::text[])`;
  return isList ? `${value} is not null` : `${value}::text not in (${items})`;
}

function numberMisfit(value: string, from: TypeParts, to: TypeParts): string | undefined {
  const range = INTEGER_RANGES[to.base];
  if (range) {
    if (isInteger(from) && INTEGER_ORDER.indexOf(from.base) <= INTEGER_ORDER.indexOf(to.base)) return undefined;
    const outside = `${value} < ${range[0]} or ${value} > ${range[1]}`;
    return isInteger(from) ? `(${outside})` : `(${outside} or ${value} <> trunc(${value}))`;
  }
  if (to.base === 'numeric') {
    const [precision, scale = 0] = to.modifiers;
    if (precision === undefined) return undefined;
    const exact = `${value}::numeric`;
    return `(abs(${exact}) >= 1e${precision - scale}::numeric or ${exact} <> round(${exact}, ${scale}))`;
  }
  // Those of floating point are rounded by nature: only their size can be too much, or too little
  if (isInteger(from) || from.base === 'real' || from.base === to.base) return undefined;
  const [smallest, largest] = to.base === 'real' ? ['7.1e-46', '3.4028235e38'] : ['2.5e-324', '1.7976931348623157e308'];
  const size = `abs(${value})`;
  return `(${size} > ${largest} and ${size} not in ('Infinity', 'NaN') or ${value} <> 0 and ${size} < ${smallest})`;
}

const INTEGER_ORDER = Object.keys(INTEGER_RANGES);

function isMoment({ base }: TypeParts): boolean {
  return /^(date|time|timestamp)\b/.test(base);
}

function momentMisfit(value: string, from: TypeParts, to: TypeParts, type: string): string | undefined {
  if (from.base.startsWith('timestamp') && to.base === 'date') return `${value} <> date_trunc('day', ${value})`;
  return isNarrower(from, to) ? `${value} <> ${value}::${type}` : undefined;
}

/** Whether a type of the same kind keeps less: `varchar(10)` of `varchar(20)`, `timestamp(0)` of `timestamp`. */
function isNarrower(from: TypeParts, to: TypeParts): boolean {
  return to.modifiers.some((modifier, index) => modifier < (from.modifiers[index] ?? Infinity));
}

/** True for a value whose text the type does not read. */
async function refuses(sql: Sql, value: string, type: string): Promise<string> {
  const [server] = await sql.execute(`select to_regprocedure('pg_input_is_valid(text,text)') is not null as knows`);
  if (server?.knows) return `not pg_input_is_valid(${value}::text, ${quoteEscaped(type)})`;
  await sql.execute(CAN_READ);
  return `not pg_temp.dejavu_can_read(${value}::text, ${quoteEscaped(type)})`;
}

/**
 * What PostgreSQL 16 has as `pg_input_is_valid()`, for 15. It goes with the session.
 *
 * @see https://www.postgresql.org/docs/16/functions-info.html#FUNCTIONS-INFO-VALIDITY
 */
const CAN_READ =
  `create or replace function pg_temp.dejavu_can_read(value text, type text) returns boolean ` +
  `language plpgsql volatile strict as $$ begin execute format('select %L::%s', value, type); return true; ` +
  `exception when others then return false; end $$`;
