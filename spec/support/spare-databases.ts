import { randomBytes } from 'node:crypto';
import { type KeptSession, keptSession } from './session.ts';

/*
 * Creating a database takes PostgreSQL longer than most specs take to run, so those that were emptied are used again.
 * A spare one waits under a name of its own, and whoever manages to rename it has it: no list has to be kept.
 */

const SPARE = 'zoo_spare_';

/** What the environment of a suite calls when the suite is over. */
const AT_END = Symbol.for('dejavu.atEnd');

let administrator: KeptSession | undefined;

/** The session that creates and drops databases, one for all databases of a suite: to connect takes longer than to rename. */
function administratorOf(admin: string): KeptSession {
  administrator ??= keptSession(admin);
  Object.assign(globalThis, { [AT_END]: administrator.end });
  return administrator;
}

/** Makes an empty database under this name: one that was used before and emptied, or a new one. */
export async function takeDatabase(admin: string, name: string): Promise<void> {
  const server = administratorOf(admin);
  const spare = `select datname from pg_database where datname like '${SPARE}%' order by random() limit 3`;
  for (const { datname } of (await server.rows(spare)) as { datname: string }[])
    if (await tryTo(server, `alter database ${datname} rename to ${name}`)) return;
  // template1 may be in use by somebody, and then it cannot be copied.
  await server.rows(`create database ${name} template template0`);
}

/** Empties a database by a session on it, and keeps it for others; drops one that is no longer as a new one would be. */
export async function giveDatabaseBack(admin: string, session: KeptSession, name: string): Promise<void> {
  const server = administratorOf(admin);
  const isEmptied = await emptied(session).catch(() => false);
  await session.end();
  const spare = SPARE + randomBytes(6).toString('hex');
  if (isEmptied && (await tryTo(server, `alter database ${name} rename to ${spare}`))) return;
  await server.rows(`drop database if exists ${name} with (force)`);
}

/** Drops the spare databases of a server that goes on. */
export async function dropSpareDatabases(admin: string): Promise<void> {
  const server = keptSession(admin);
  const spare = `select datname from pg_database where datname like '${SPARE}%'`;
  for (const { datname } of (await server.rows(spare)) as { datname: string }[])
    await tryTo(server, `drop database if exists ${datname}`);
  await server.end();
}

/** Ends all other sessions, and drops all that is in namespaces. What is beside them, or is said of the database itself, makes it unfit. */
async function emptied(session: KeptSession): Promise<boolean> {
  // Whatever a spec left open or set in this session.
  await session.rows('rollback');
  await session.rows('discard all');
  const [database] = await session.rows(
    `select datacl is null and datdba = 10 and datallowconn and datconnlimit = -1
        and not exists (select from pg_db_role_setting where setdatabase = d.oid)
        and not exists (select from pg_event_trigger) and not exists (select from pg_publication)
        and not exists (select from pg_largeobject_metadata) and not exists (select from pg_default_acl)
        and not exists (select from pg_extension where extname <> 'plpgsql') as fit,
        (select count(pg_terminate_backend(pid)) from pg_stat_activity a where a.datid = d.oid and pid <> pg_backend_pid()) as others
      from pg_database d where datname = current_database()`,
  );
  if (!(database as { fit: boolean }).fit) return false;
  const namespaces = await session.rows(
    `select quote_ident(nspname) as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`,
  );
  await session.rows(
    `begin; set local client_min_messages = warning;
     ${(namespaces as { name: string }[]).map(({ name }) => `drop schema ${name} cascade;`).join(' ')}
     create schema public authorization pg_database_owner; grant usage on schema public to public; commit`,
  );
  return true;
}

async function tryTo(server: KeptSession, sql: string): Promise<boolean> {
  try {
    await server.rows(sql);
    return true;
  } catch {
    // somebody else was faster, or a session of it is still ending
    return false;
  }
}
