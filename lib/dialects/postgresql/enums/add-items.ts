import { OperationError } from '../../../errors.ts';
import { textsIn } from '../../../sql/expressions.ts';
import { qualify, quoteEscaped } from '../../../sql/quoting.ts';
import type { Alteration } from '../alter-table/alteration.ts';
import type { LiveEnum } from './enum-type.ts';

/**
 * Adds items to a native enum that something else is made of, such as a view, where nothing but new items is wanted. They
 * cannot be used before the transaction is over.
 *
 * @throws {@link OperationError} naming what else is made of the type, if it has to be another type
 * @see https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES
 */
export async function addItems(
  alteration: Alteration,
  type: LiveEnum,
  items: readonly string[],
  { column, using, others }: { column: string; using: string | undefined; others: readonly string[] },
): Promise<void> {
  const kept = items.filter(item => type.items.includes(item));
  const isLonger = kept.join('\0') === type.items.join('\0');
  const byDefault = textsIn(alteration.context.wanted.getColumn(column)?.default ?? '');
  const isUsed = byDefault.some(text => items.includes(text) && !kept.includes(text));
  if (!isLonger || isUsed || using !== undefined) {
    throw new OperationError(
      `the items of the enum ${type.type} cannot change: ${others.join(', ')} ` +
        `${others.length === 1 ? 'uses' : 'use'} it. Drop ${others.length === 1 ? 'that' : 'those'} first, and create ${others.length === 1 ? 'it' : 'them'} again afterwards.`,
    );
  }
  const there = [...type.items];
  for (const [index, item] of items.entries()) {
    if (there.includes(item)) continue;
    const next = items.slice(index + 1).find(later => there.includes(later));
    const before = next === undefined ? '' : ` before ${quoteEscaped(next)}`;
    await alteration.execute(
      `alter type ${qualify(type.namespace, type.name)} add value ${quoteEscaped(item)}${before}`,
    );
    there.push(item);
  }
}
