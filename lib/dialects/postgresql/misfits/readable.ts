import { quoteEscaped } from '../../../sql/quoting.ts';
import type { Sql } from '../../table-editor.ts';

/** Writes an expression that is true for a text that a type does not read. */
export type Unreadable = (text: string, type: string) => string;

/** Prepares the server for the question whether a type reads a text. */
export async function readingOf(sql: Sql): Promise<Unreadable> {
  const [server] = await sql.execute(
    `select pg_catalog.to_regprocedure('pg_catalog.pg_input_is_valid(text,text)') is not null as knows`,
  );
  if (!server?.knows) await sql.execute(CAN_READ);
  const valid = server?.knows ? 'pg_catalog.pg_input_is_valid' : 'pg_temp.dejavu_can_read';
  return (text, type) => `not ${valid}(${text}, ${quoteEscaped(type)})`;
}

/**
 * What PostgreSQL 16 has as `pg_input_is_valid()`, for 15. It goes with the session.
 *
 * @see https://www.postgresql.org/docs/16/functions-info.html#FUNCTIONS-INFO-VALIDITY
 */
const CAN_READ =
  `create or replace function pg_temp.dejavu_can_read(value text, type text) returns boolean ` +
  `language plpgsql volatile strict as $$ begin execute pg_catalog.format('select %L::%s', value, type); return true; ` +
  `exception when others then return false; end $$`;
