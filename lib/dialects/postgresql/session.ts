import type { Row } from '../../store/connection.ts';
import { postgresqlErrors } from './driver-errors.ts';
import { quoteEscaped, quoteName } from '../../sql/quoting.ts';
import type { Dialect } from '../dialect.ts';
import { postgresqlSettings } from './session/step-settings.ts';
import { idOfTransaction, NO_LIMITS, openSteps, postgresqlRow } from './row.ts';

// one key for every Schema: installing creates the bookkeeping tables too, which they share
const INSTALL_LOCK = 0x64_6a_76_75; // 'djvu'

export const postgresql: Dialect<'postgresql'> = {
  name: 'postgresql',
  title: 'PostgreSQL',
  copies: undefined,
  capabilities: {
    transactionalDdl: true,
    returning: true,
    namespaces: true,
    roles: true,
    enums: true,
    deferrable: true,
    tableLocks: true,
    files: false,
    exact: true,
  },
  load: {
    editor: async () => (await import('./editor.ts')).postgresqlEditor,
    modeling: async () => (await import('./modeling/postgresql-modeling.ts')).postgresqlModeling,
    metering: async () => (await import('./meter.ts')).postgresqlMetering,
    identity: async () => (await import('./session/identity.ts')).postgresqlIdentity,
    scratch: async () => (await import('./scratch.ts')).withPostgresqlScratch,
    scratchDatabase: async () => (await import('./databases/scratch-database.ts')).withPostgresqlScratchDatabase,
    databaseCopies: async () => (await import('./databases/database-copies.ts')).postgresqlDatabaseCopies,
    transfer: async () => (await import('./transfer/postgresql-transfer.ts')).postgresqlTransfer,
  },
  // the protocol reads the row again after each wait, which a stricter default of the role would forbid
  // Settings of the transaction are all that is right behind a transaction pooler.
  begin: ({ lockTimeoutMs, known }) => [
    'start transaction isolation level read committed',
    `set local lock_timeout = ${lockTimeoutMs}`,
    // A policy would hide rows from a step without a word: now it fails, unless the role may see them all.
    'set local row_security = off',
    ...(known ? known.limits.map(name => `set local ${name} = 0`) : [NO_LIMITS]),
  ],
  errors: postgresqlErrors,
  quoteName,
  row: postgresqlRow,
  types: { serial: 'bigint generated always as identity primary key', bigint: 'bigint', moment: 'timestamptz' },

  prepare: async () => async () => {},
  withoutWaiting: (_held, work) => work(),
  settings: postgresqlSettings,
  async setForeignKeys() {},

  async tryInstallLock(held) {
    const [row] = await held.execute(
      `select pg_catalog.pg_try_advisory_xact_lock(${INSTALL_LOCK}) as held, pg_catalog.current_database() as name`,
    );
    return { isOurs: row?.held === true, databaseName: String(row?.name) };
  },

  async installer(held): Promise<Row | undefined> {
    const [row] = await held.execute(
      `select coalesce(a.client_hostname, pg_catalog.host(a.client_addr), 'this host') as host, a.pid as pid, a.xact_start as since ` +
        `from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid ` +
        `where l.locktype = 'advisory'::pg_catalog.text and l.granted and l.classid = ${oid('0')} and l.objid = ${oid(INSTALL_LOCK)} ` +
        `and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`,
    );
    return row;
  },

  // All rows. The server refuses a sample of a view when it parses the statement. A view may have columns that are called
  // like system columns, so none of those tells. https://www.postgresql.org/docs/current/sql-select.html
  onlyTable: name => `${name} tablesample pg_catalog.system (100)`,
  ownTables: ({ version, log }) =>
    `select c.relname as name, ${KIND} as kind, o.rolname as owner, ` +
    `(o.rolsuper or o.rolname = current_user or c.relowner = n.nspowner or c.relowner = d.datdba ` +
    `or not me.rolsuper and pg_catalog.pg_has_role(c.relowner, 'member')) as trusted, ` +
    `exists (select from pg_catalog.pg_rewrite r where r.ev_class = c.oid) as rules, ` +
    `pg_catalog.row_security_active(c.oid) as guarded, ` +
    `(select pg_catalog.string_agg(a.attname::pg_catalog.text, ','::pg_catalog.text) from pg_catalog.pg_attribute a ` +
    `where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns ` +
    `from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
    `join pg_catalog.pg_roles o on o.oid = c.relowner ` +
    `join pg_catalog.pg_database d on d.datname = pg_catalog.current_database() ` +
    `join pg_catalog.pg_roles me on me.rolname = current_user ` +
    `where c.oid in (${[version, log].map(table => oid(`pg_catalog.to_regclass(${quoteEscaped(table)})`)).join(', ')})`,

  listNamespaces: 'select nspname as name from pg_catalog.pg_namespace',
  listTables: namespaces =>
    // objects of an extension belong to no application
    `select c.relname as name, n.nspname as namespace, pg_catalog.pg_table_is_visible(c.oid) as visible, ` +
    `n.nspname in (${namespaces.map(namespaceSql).join(', ')}) as asked ` +
    `from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
    `where c.relkind in ('r', 'p', 'f', 'v', 'm') and not c.relispartition ` +
    `and ${IS_USERS} ` +
    `and not exists (select from pg_catalog.pg_depend d where d.classid = ${oid(`'pg_catalog.pg_class'::pg_catalog.regclass`)} ` +
    `and d.objid = c.oid and d.deptype = 'e') ` +
    `and (n.nspname in (${namespaces.map(namespaceSql).join(', ')})${namespaces.includes(undefined) ? ' or n.nspname = any (pg_catalog.current_schemas(false))' : ''})`,

  // An error dooms a transaction, which lasts until it is ended.
  isUnderWay: async () => true,
  openSteps,

  async endStep(held, { steps: { id, deferrable }, next }) {
    const isOurs = next === 'move' || (await idOfTransaction(held)) === id;
    if (isOurs && deferrable) {
      // Pending trigger events would block the next step's ALTER. The next step finds constraints as they were declared.
      await held.executeBatch(['set constraints all immediate', DEFER_AGAIN]);
    }
    return isOurs;
  },
  foreignKeyCheck: undefined,

  mayChange: namespace =>
    `select pg_catalog.has_schema_privilege(${namespaceSql(namespace)}, 'create') ` +
    `or exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
    `where c.relkind in ('r', 'p') and ${IS_USERS} and (pg_catalog.pg_has_role(c.relowner, 'usage') ` +
    // A step may do nothing but write rows, for which no right to make anything is needed.
    `or not pg_catalog.starts_with(c.relname::pg_catalog.text, 'deployed_version') and ` +
    `(pg_catalog.has_table_privilege(c.oid, 'delete') or pg_catalog.has_any_column_privilege(c.oid, 'insert, update')))) as allowed`,
};

/**
 * Defers again what was declared so, as far as it can be named: not where this role may not use the namespace, in the
 * temporary tables of another session, or if a constraint of the same name is not deferrable.
 */
const DEFER_AGAIN =
  `do $$ declare deferred pg_catalog.text; begin ` +
  `select pg_catalog.string_agg(distinct pg_catalog.format('%I.%I', n.nspname, c.conname), ', ') into deferred ` +
  `from pg_catalog.pg_constraint c join pg_catalog.pg_namespace n on n.oid = c.connamespace ` +
  `where c.condeferred and pg_catalog.has_schema_privilege(n.oid, 'usage') and not pg_catalog.pg_is_other_temp_schema(n.oid) ` +
  `and not exists (select from pg_catalog.pg_constraint s where s.connamespace = c.connamespace and s.conname = c.conname and not s.condeferrable); ` +
  `if deferred is not null then execute pg_catalog.concat('set constraints ', deferred, ' deferred'); end if; end $$`;

/** A namespace that people made. Operators are named as well where their operands are not of one type. */
const IS_USERS =
  `n.nspname not in ('pg_catalog', 'information_schema') ` +
  `and n.nspname operator(pg_catalog.!~) '^pg_(toast|temp)'::pg_catalog.text`;

const KIND = `case c.relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'relation' end`;

function oid(value: string | number): string {
  return `(${value})::pg_catalog.oid`;
}

function namespaceSql(namespace: string | undefined): string {
  return namespace === undefined ? 'pg_catalog.current_schema()' : `${quoteEscaped(namespace)}::pg_catalog.name`;
}
