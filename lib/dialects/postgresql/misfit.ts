import type { Column } from '@mikro-orm/sql';
import { quoteEscaped, quoteName } from '../../sql/quoting.ts';
import type { LiveColumn, LiveTable } from '../table-changes.ts';
import type { EditContext } from '../table-editor.ts';
import { castSql, isBytes, isJson, isNumber, isText, isWider, partsOfType } from './alter-table/column-types.ts';
import { spell } from './alter-table/server-spelling.ts';
import { zoneOf } from './misfits/zones.ts';
import { enumNameOf } from './enums/enum-type.ts';
import { assertCast } from './misfits/missing-cast.ts';
import { areMoments, momentMisfit } from './misfits/moment-misfit.ts';
import { numberMisfit } from './misfits/number-misfit.ts';
import { readingOf, type Unreadable } from './misfits/readable.ts';
import { misfitAsText, misfitOfText, repeatsKeys } from './misfits/text-misfit.ts';

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
  if (isText(to)) return misfitAsText(value, from, to);
  if (isNumber(from) && isNumber(to)) return numberMisfit(value, from, to);
  if (isNumber(from) && to.base === 'boolean') return `${value}::numeric not in (0::numeric, 1::numeric)`;
  if (from.base === 'boolean' && isNumber(to)) return undefined;
  if (isJson(to) && !isText(from) && from.base !== 'json') return undefined;
  if (areMoments(from, to)) return momentMisfit(value, [from, to], type, zoneOf(context));
  if (isWider(from, to)) return undefined;

  const unreadable = await readingOf(context.sql);
  // The items of a native enum are texts.
  if (isText(from) || column.items) return misfitOfText(value, to, type, unreadable);
  if (isJson(to))
    return `case when ${unreadable(`${value}::pg_catalog.text`, type)} then true else ${repeatsKeys(`${value}::pg_catalog.text`)} end`;
  await assertCast(context.sql, table, column, type);
  if (isBytes(from)) return `${value} is not null`;
  return changesOnTheWay(value, [column.type, type], unreadable);
}

/** True for a value that does not come back as it was, which is the one question that is the same for all types. */
function changesOnTheWay(value: string, [from, to]: readonly [string, string], unreadable: Unreadable): string {
  const there = `(${castSql(value, from, to) ?? `${value}::${to}`})::pg_catalog.text`;
  const text = `${value}::pg_catalog.text`;
  return (
    `case when ${unreadable(text, to)} then true when ${unreadable(there, from)} then true ` +
    // Not every type can be compared, and of those that can not every two values that are equal are the same.
    `else ${there}::${from}::pg_catalog.text <> ${text} end`
  );
}

function enumMisfit(context: EditContext, value: string, column: LiveColumn, wanted: Column): string {
  const items = (wanted.enumItems ?? []).map(quoteEscaped).join(', ');
  const isList = enumNameOf(context, wanted)?.isArray;
  if (isList && column.type.endsWith('[]'))
    return `not (${value}::pg_catalog.text[] operator(pg_catalog.<@) array[${items}]::pg_catalog.text[])`;
  return isList ? `${value} is not null` : `${value}::pg_catalog.text not in (${items})`;
}

/** What the values become in a check of a text; PostgreSQL compares no number with one. */
export function converted(_context: EditContext, column: LiveColumn, wanted: Column): string | undefined {
  const isOfTexts = wanted.nativeEnumName === undefined && (wanted.enumItems ?? []).length > 0;
  const isCast = isOfTexts && !isText(partsOfType(column.type)) && !column.type.endsWith('[]');
  return isCast ? `${quoteName(column.name)}::pg_catalog.text` : undefined;
}
