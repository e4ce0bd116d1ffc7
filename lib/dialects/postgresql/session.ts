import type { Row } from '../../store/connection.ts';
import { postgresqlErrors } from './driver-errors.ts';
import { quoteEscaped, quoteName } from '../../sql/quoting.ts';
import type { Dialect } from '../dialect.ts';
import { idOfTransaction, NO_LIMITS, openSteps, postgresqlRow } from './row.ts';

// one key for every Schema: installing creates the bookkeeping tables too, which they share
const INSTALL_LOCK = 0x64_6a_76_75; // 'djvu'

export const postgresql: Dialect<'postgresql'> = {
  name: 'postgresql',
  title: 'PostgreSQL',
  backup: { tool: 'pg_dump' },
  capabilities: {
    transactionalDdl: true,
    returning: true,
    namespaces: true,
    roles: true,
    enums: true,
    deferrable: true,
    tableLocks: true,
    files: false,
  },
  load: {
    editor: async () => (await import('./editor.ts')).postgresqlEditor,
    metering: async () => (await import('./meter.ts')).postgresqlMetering,
    scratch: async () => (await import('./scratch.ts')).withPostgresqlScratch,
  },
  // the protocol reads the row anew after each wait, which a stricter default of the role would forbid
  // Settings of the transaction are all that is right behind a transaction pooler.
  begin: ({ lockTimeoutMs, known }) => [
    'start transaction isolation level read committed',
    `set local lock_timeout = ${lockTimeoutMs}`,
    ...(known ? known.limits.map(name => `set local ${name} = 0`) : [NO_LIMITS]),
  ],
  errors: postgresqlErrors,
  quoteName,
  row: postgresqlRow,
  types: { serial: 'bigint generated always as identity primary key', bigint: 'bigint', moment: 'timestamptz' },

  prepare: async () => async () => {},
  async setForeignKeys() {},

  async tryInstallLock(held) {
    const [row] = await held.execute(
      `select pg_catalog.pg_try_advisory_xact_lock(${INSTALL_LOCK}) as held, pg_catalog.current_database() as name`,
    );
    return { isOurs: row?.held === true, databaseName: String(row?.name) };
  },

  async installer(held): Promise<Row | undefined> {
    const [row] = await held.execute(
      `select coalesce(a.client_hostname, host(a.client_addr), 'this host') as host, a.pid as pid, a.xact_start as since ` +
        `from pg_locks l join pg_stat_activity a using (pid) ` +
        `where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = ${INSTALL_LOCK} ` +
        `and l.database = (select oid from pg_database where datname = current_database())`,
    );
    return row;
  },

  listNamespaces: 'select nspname as name from pg_namespace',
  listTables: namespaces =>
    // what an extension brought along belongs to nobody
    `select c.relname as name, n.nspname as namespace, pg_table_is_visible(c.oid) as visible ` +
    `from pg_class c join pg_namespace n on n.oid = c.relnamespace ` +
    `where c.relkind in ('r', 'p', 'f', 'v', 'm') and not c.relispartition ` +
    `and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)' ` +
    `and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') ` +
    `and n.nspname in (${namespaces.map(namespaceSql).join(', ')})`,

  openSteps,

  async endStep(held, { steps: { id, deferrable }, next }) {
    const isOurs = next === 'move' || (await idOfTransaction(held)) === id;
    if (isOurs && deferrable) {
      await held.executeBatch([
        // Pending trigger events would block the next step's ALTER.
        'set constraints all immediate',
        // The next step finds them as they were declared.
        `do $$ declare deferred text; begin ` +
          `select string_agg(format('%I.%I', n.nspname, c.conname), ', ') into deferred ` +
          `from pg_constraint c join pg_namespace n on n.oid = c.connamespace where c.condeferred; ` +
          `if deferred is not null then execute 'set constraints ' || deferred || ' deferred'; end if; end $$`,
      ]);
    }
    return isOurs;
  },
  foreignKeyCheck: undefined,

  mayChange: namespace =>
    `select has_schema_privilege(${namespaceSql(namespace)}, 'create') ` +
    `or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace ` +
    `where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') ` +
    `and pg_has_role(c.relowner, 'usage')) as allowed`,
};

function namespaceSql(namespace: string | undefined): string {
  return namespace === undefined ? 'current_schema()' : quoteEscaped(namespace);
}
