import type { SqlEntityManager } from '@mikro-orm/sql';
import { OperationError } from '../errors.ts';
import { fillPlaceholders } from '../sql/placeholders.ts';
import { headOf } from '../sql/statements.ts';
import type { Row } from '../store/connection.ts';
import type { OperationContext } from './context.ts';

/**
 * Sends SQL with a value for each `?`; without values, sends it unchanged.
 *
 * @throws {@link OperationError} if the number of placeholders and values differs; MikroORM's error for an error of the
 * database
 */
export async function execute(
  context: OperationContext,
  em: SqlEntityManager,
  sql: string,
  params: readonly unknown[],
): Promise<Row[]> {
  const text = params.length === 0 ? sql : withValues(context, em, sql, params);
  try {
    const rows = await context.sql.execute(text);
    context.textDrops?.note(sql);
    return rows;
  } catch (error) {
    throw em.getDriver().convertException(error as Error);
  }
}

function withValues(
  { guid, editor }: OperationContext,
  em: SqlEntityManager,
  sql: string,
  params: readonly unknown[],
): string {
  const platform = em.getPlatform();
  const values = params.map(value => platform.quoteValue(value));
  const filled = fillPlaceholders(sql, values, editor.lexicon);
  if ('sql' in filled) return filled.sql;
  throw new OperationError(
    `execute(${headOf(sql)}) has ${count(filled.placeholders, 'placeholder')} and ${count(params.length, 'parameter')}. ` +
      String.raw`Write one ? per parameter, and \? for a literal question mark.`,
    { guid },
  );
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
