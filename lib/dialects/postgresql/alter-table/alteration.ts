import type { Row } from '../../../store/connection.ts';
import { OperationError } from '../../../errors.ts';
import type { LiveTable, TableName } from '../../table-changes.ts';
import type { EditContext } from '../../table-editor.ts';
import { showName } from '../../table-names.ts';
import { read } from '../read.ts';
import { fireDeferred } from '../triggers.ts';
import { qualify, quoteEscaped } from '../../../sql/quoting.ts';

/** A table while it is changed: found once, and then spoken to by its full name. */
export interface Alteration {
  readonly context: EditContext;
  /** The table as it was named by who asked. */
  readonly asked: TableName;
  /** Where it stands. */
  readonly namespace: string;
  /** Its full name, as SQL says it. */
  readonly name: string;
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
    `select c.oid::text as oid, n.nspname as namespace, current_setting('server_version_num') as version ` +
      `from pg_class c join pg_namespace n on n.oid = c.relnamespace ` +
      `where c.oid = to_regclass(${quoteEscaped(qualify(asked.namespace, asked.name))})`,
  );
  if (!found) throw new OperationError(`${showName(asked)} is not there to be changed`, { table: showName(asked) });
  const namespace = String(found.namespace);
  const oid = String(found.oid);
  const name = qualify(namespace, asked.name);
  const waiting = new Map<string, readonly string[]>();
  let live: LiveTable | undefined;

  // the step may have changed rows before
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
