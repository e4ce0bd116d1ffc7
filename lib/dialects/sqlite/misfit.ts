import type { Column } from '@mikro-orm/sql';
import { quoteName } from '../../sql/quoting.ts';
import type { LiveColumn } from '../table-changes.ts';
import type { EditContext } from '../table-editor.ts';
import { wantedColumn } from './alter-table/wanted-text.ts';
import { convert } from './conversion/convert.ts';
import { kindOf } from './conversion/value-kind.ts';

/**
 * An expression that is true for a value for which the wanted type has none, or none without loss. Lengths are none of its
 * concern.
 */
export function misfit(context: EditContext, live: LiveColumn, column: Column): string | undefined {
  const converted = conversion(context, live, column);
  const value = quoteName(live.name);
  return converted === undefined ? undefined : `(${value} is not null and ${converted} is null)`;
}

/** What a column's values become when it becomes another; `undefined` if they stay what they are. */
export function conversion(
  context: EditContext,
  live: Pick<LiveColumn, 'name' | 'type'>,
  column: Column,
): string | undefined {
  const from = kindOf(live.type, context.meant?.(live.name));
  const to = kindOf(wantedColumn(context, column).said.type, context.meaning?.(column.name));
  return convert(quoteName(live.name), from, to);
}
