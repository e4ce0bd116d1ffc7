import type { Row } from '../../../store/connection.ts';
import { OperationError } from '../../../errors.ts';
import { qualify, quoteEscaped } from '../../../sql/quoting.ts';
import { QUOTED_NAME } from '../../../sql/tokens.ts';
import type { LiveTable, TableName } from '../../table-changes.ts';
import type { EditContext, Sql } from '../../table-editor.ts';
import { showName } from '../../table-names.ts';
import { read } from '../read.ts';

/** A table while it is changed: found once, and then spoken to by its full name. */
export interface Alteration {
  readonly context: EditContext;
  /** The table as it was named by who asked. */
  readonly asked: TableName;
  /** Where it stands. */
  readonly namespace: string;
  /** Its full name, as SQL says it. */
  readonly name: string;
  /** As a literal, since no operator compares an oid with a number. */
  readonly oid: string;
  /** As in `180004`. */
  readonly serverVersion: number;
  /** The table as it is now, but for what waits about other columns than this one. */
  read(column?: string): Promise<LiveTable>;
  /** Sends a statement, behind what waits. */
  execute(statement: string): Promise<Row[]>;
  /** Puts clauses about one column off, so that `alter table` does several columns at once, and their rows once. */
  alter(column: string, clauses: readonly string[]): Promise<void>;
  /** Sends what waits. */
  send(): Promise<void>;
}

/** @throws {@link OperationError} if the table is not there */
export async function openAlteration(context: EditContext, asked: TableName): Promise<Alteration> {
  const { sql } = context;
  const [found] = await sql.execute(
    `select pg_catalog.quote_literal(c.oid::pg_catalog.text) as oid, n.nspname as namespace, pg_catalog.current_setting('server_version_num') as version ` +
      `from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
      `where c.oid = pg_catalog.to_regclass(${quoteEscaped(qualify(asked.namespace, asked.name))})`,
  );
  if (!found)
    throw new OperationError(
      `the table ${showName(asked)} does not exist, so it cannot be changed. Create it with createStorage().`,
      { table: showName(asked) },
    );
  const namespace = String(found.namespace);
  const oid = String(found.oid);
  const name = qualify(namespace, asked.name);
  const waiting = new Map<string, readonly string[]>();
  let live: LiveTable | undefined;

  // The step may have changed rows before
  await fireDeferred(sql, [oid]);
  return {
    context,
    asked,
    namespace,
    name,
    oid,
    serverVersion: Number(found.version),
    async read(column) {
      if (column === undefined || waiting.has(column)) await send();
      return (live ??= (await read(sql, { name: asked.name, namespace })) as LiveTable);
    },
    async execute(statement) {
      await send();
      live = undefined;
      return sql.execute(statement);
    },
    async alter(column, clauses) {
      if (waiting.has(column)) await send();
      if (clauses.length > 0) waiting.set(column, clauses);
    },
    send,
  };

  async function send() {
    if (waiting.size === 0) return;
    const clauses = [...waiting.values()].flat().join(', ');
    waiting.clear();
    live = undefined;
    await sql.execute(`alter table ${name} ${clauses}`);
  }
}

/**
 * Lets the deferred constraints of tables, and those that refer to them, speak up now: a table whose triggers still wait
 * for the commit can be neither altered nor dropped. They are as deferred as they were declared afterwards.
 *
 * @throws what a violated constraint throws
 * @see https://www.postgresql.org/docs/current/sql-set-constraints.html
 */
export async function fireDeferred(sql: Sql, oids: readonly string[]): Promise<void> {
  const name = `pg_catalog.format('%I.%I', n.nspname, o.conname)`;
  const [found] = await sql.execute(
    `select pg_catalog.string_agg(distinct ${name}, ', ') as deferrable, ` +
      `pg_catalog.string_agg(distinct ${name}, ', ') filter (where o.condeferred) as deferred ` +
      `from pg_catalog.pg_constraint o join pg_catalog.pg_namespace n on n.oid = o.connamespace ` +
      `where o.condeferrable and (o.conrelid in (${oids.join(', ')}) or o.confrelid in (${oids.join(', ')}))`,
  );
  if (!found?.deferrable) return;
  await sql.execute(`set constraints ${String(found.deferrable)} immediate`);
  if (found.deferred) await sql.execute(`set constraints ${String(found.deferred)} deferred`);
}

const NAME = String.raw`(?:${QUOTED_NAME}|[\p{L}_][\p{L}\p{N}_$]*)`;
const FULL_NAME = String.raw`${NAME}(?:\s*\.\s*${NAME})?`;
const CREATE_INDEX = new RegExp(
  String.raw`^(\s*create\s+(?:unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?)` +
    String.raw`((?!on\b)${NAME}\s+)?(on\s+(?:only\s+)?)${FULL_NAME}`,
  'iu',
);
const ALTER_TABLE = new RegExp(String.raw`^(\s*alter\s+table\s+(?:only\s+)?)${FULL_NAME}`, 'iu');

/**
 * Aims a statement that adds something to one table at another: MikroORM writes the name a table is wanted to have, and
 * an index of the user's own words stands for one table too. Another statement is left as it is.
 *
 * @param table - as SQL says it
 * @param index - what the index is to be called, as SQL says it; by default what it is called
 */
export function aim(statement: string, table: string, index?: string): string {
  if (ALTER_TABLE.test(statement)) return statement.replace(ALTER_TABLE, (_, head: string) => head + table);
  return statement.replace(
    CREATE_INDEX,
    (_, head: string, name: string | undefined, on: string) =>
      head + (index === undefined ? (name ?? '') : `${index} `) + on + table,
  );
}
