import { randomBytes } from 'node:crypto';
import { asSentence, PermissionDeniedError, reasonOf } from '../../errors.ts';
import type { HeldConnection } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { faultOf } from '../../store/faults.ts';
import { holdDatabase } from '../../store/transaction.ts';
import { quoteName } from '../../sql/quoting.ts';
import { postgresqlMeter } from './meter.ts';
import type { Guard, ScratchPlace, WithScratch } from '../scratch-place.ts';
import { namespaceIn, statementKind, wordsIn } from '../../sql/statements.ts';

// Who waits here for a lock waits for something that is not of this place
const LOCK_TIMEOUT_MS = 1000;

/** A namespace that lives as long as its transaction, which is always rolled back. */
export const withPostgresqlScratch: WithScratch = (database, patience, work) =>
  holdDatabase(database, patience, held =>
    work({
      async inside(_foreignKeys, rehearse) {
        await held.begin(database.dialect.begin({ lockTimeoutMs: LOCK_TIMEOUT_MS, withSteps: false }));
        try {
          return await rehearse(await openPlace(held, database));
        } finally {
          await held.rollback();
        }
      },
    }),
  );

async function openPlace(held: HeldConnection, database: Database): Promise<ScratchPlace> {
  const around = await surroundings(held);
  const here = database.namespace ?? around.current;
  const name = `dejavu_scratch_${randomBytes(6).toString('hex')}`;
  await createNamespace(held, database, name);
  // Extensions are shared by all of a database: their types and functions are found as they are from here
  const path = [name, ...around.extensions].map(quoteName).join(', ');
  await held.execute(`set local search_path = ${path}`);
  return {
    held,
    // An unqualified name here is unqualified there too, and is found by the search path
    database: { ...database, namespace: database.namespace === undefined ? undefined : name },
    meter: () => postgresqlMeter(held, { namespace: name, isOurs: true }),
    ...keepInside(held, name, around),
    asHere: sql => sql.replaceAll(quoteName(name), quoteName(here)).replaceAll(name, bare(here)),
  };
}

async function createNamespace(held: HeldConnection, { guid, place }: Database, name: string): Promise<void> {
  try {
    await held.execute(`create schema ${quoteName(name)}`);
  } catch (error) {
    if (faultOf(error) !== 'permission') throw error;
    throw new PermissionDeniedError(
      `this role may not create a namespace in ${place} to try the steps in: ${asSentence(reasonOf(error))} ` +
        `Grant it create on the database. Or plan on the real tables, rolled back at the end: \`npx dejavu plan --live\` or { live: true }.`,
      { guid, cause: error },
    );
  }
}

function bare(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoteName(name);
}

/** The objects of a database around a scratch namespace. */
interface Surroundings {
  /** Where tables are made when no namespace is named. */
  readonly current: string;
  /** The namespaces of the application and of extensions. */
  readonly namespaces: ReadonlySet<string>;
  /** Those in which extensions have put something. */
  readonly extensions: readonly string[];
  /** What else stands in those: tables, views, sequences, types and functions that belong to no extension. */
  readonly strangers: ReadonlySet<string>;
}

const APPLICATION = `n.nspname::pg_catalog.text !~ '^pg_' and n.nspname <> 'information_schema'`;

/** Every object whose name SQL may use, without indexes. */
const THINGS =
  `select 'pg_catalog.pg_class'::pg_catalog.regclass as class, oid, relname as name, relnamespace as namespace from pg_catalog.pg_class where relkind not in ('i', 'I') ` +
  `union all select 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, proname, pronamespace from pg_catalog.pg_proc ` +
  `union all select 'pg_catalog.pg_type'::pg_catalog.regclass, oid, typname, typnamespace from pg_catalog.pg_type`;

/** Looks around. Locks nothing but the catalog. */
async function surroundings(held: HeldConnection): Promise<Surroundings> {
  const [row] = await held.execute(
    `with here as (select t.name, n.nspname as namespace, exists (select from pg_catalog.pg_depend d ` +
      `where d.classid = t.class and d.objid = t.oid and d.deptype = 'e') as extended ` +
      `from (${THINGS}) t join pg_catalog.pg_namespace n on n.oid = t.namespace where ${APPLICATION}), ` +
      `extensions as (select distinct namespace as name from here where extended) ` +
      `select pg_catalog.current_schema() as current, ` +
      `(select ${listOf('n.nspname')} from pg_catalog.pg_namespace n where ${APPLICATION}) as namespaces, ` +
      `(select ${listOf('name')} from extensions) as extensions, ` +
      `(select ${listOf('distinct name')} from here where not extended and namespace in (select name from extensions)) as strangers`,
  );
  return {
    current: String(row?.current ?? 'public'),
    namespaces: new Set(listed(row?.namespaces)),
    extensions: listed(row?.extensions),
    strangers: new Set(listed(row?.strangers)),
  };
}

// As text, since an application may have told the driver to read JSON its own way
const listOf = (expression: string) => `coalesce(pg_catalog.json_agg(${expression}), '[]')::pg_catalog.text`;

function listed(value: unknown): string[] {
  return JSON.parse(String(value)) as string[];
}

/** Keeps statements inside a scratch namespace: before they are sent by their words, and afterwards by the locks. */
function keepInside(
  held: HeldConnection,
  scratch: string,
  { namespaces, strangers }: Surroundings,
): Pick<ScratchPlace, 'inhabit' | 'outside'> & { readonly guard: Guard } {
  let reason: string | undefined;
  let own: ReadonlySet<string> = new Set();
  const refuse = (why: string) => {
    reason ??= why;
    throw new Error(reason);
  };
  const guard: Guard = {
    before(sql) {
      if (reason !== undefined) throw new Error(reason);
      if (statementKind(sql) === 'control') return;
      const named = namespaceIn(sql, namespaces);
      if (named !== undefined) refuse(`it names the namespace ${named}`);
      if (strangers.size === 0) return;
      const stranger = wordsIn(sql).find(word => strangers.has(word) && !own.has(word));
      if (stranger !== undefined) refuse(`it names ${stranger}, which is not in its frozen version`);
    },
    async after() {
      const out = await lockedOutside(held, scratch);
      if (out !== undefined) refuse(`it uses ${out}`);
      if (strangers.size > 0) own = await namesIn(held, scratch);
    },
  };
  return {
    outside: () => reason,
    async inhabit(statements) {
      for (const sql of statements) {
        const named = namespaceIn(sql, namespaces);
        if (named !== undefined) refuse(`it names the namespace ${named}`);
      }
      await held.executeBatch(statements);
      await guard.after();
    },
    guard,
  };
}

async function lockedOutside(held: HeldConnection, scratch: string): Promise<string | undefined> {
  const [row] = await held.execute(
    `select n.nspname::pg_catalog.text || '.' || c.relname::pg_catalog.text as name from pg_catalog.pg_locks l join pg_catalog.pg_class c on c.oid = l.relation ` +
      `join pg_catalog.pg_namespace n on n.oid = c.relnamespace where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' ` +
      `and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()) ` +
      `and ${APPLICATION} and n.nspname <> '${scratch}' limit 1`,
  );
  return row && String(row.name);
}

async function namesIn(held: HeldConnection, scratch: string): Promise<ReadonlySet<string>> {
  const rows = await held.execute(
    `select t.name from (${THINGS}) t join pg_catalog.pg_namespace n on n.oid = t.namespace where n.nspname = '${scratch}'`,
  );
  return new Set(rows.map(row => String(row.name)));
}
