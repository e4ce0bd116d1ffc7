import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { connect } from './session.ts';

/*
 * Creating a database takes PostgreSQL longer than most specs take to run, so those that were emptied are used again.
 * A spare one waits under a name of its own, and whoever manages to rename it has it: no list has to be kept.
 */

const SPARE = 'zoo_spare_';

/** Makes an empty database under this name: one that was used before and emptied, or a new one. */
export async function takeDatabase(admin: string, name: string): Promise<void> {
  await connected(admin, async client => {
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like '${SPARE}%' order by random() limit 3`,
    );
    for (const { datname } of rows) if (await tryTo(client, `alter database ${datname} rename to ${name}`)) return;
    // template1 may be in use by somebody, and then it cannot be copied.
    await client.query(`create database ${name} template template0`);
  });
}

/** Empties a database and keeps it for others; drops one that is no longer as a new one would be. */
export async function giveDatabaseBack(admin: string, address: string, name: string): Promise<void> {
  await connected(admin, async client => {
    const { rows } = await client.query('select from pg_database where datname = $1', [name]);
    if (rows.length === 0) return;
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    const isEmptied = await connected(address, emptied).catch(() => false);
    const spare = SPARE + randomBytes(6).toString('hex');
    if (isEmptied && (await tryTo(client, `alter database ${name} rename to ${spare}`))) return;
    await client.query(`drop database if exists ${name} with (force)`);
  });
}

/** Drops the spare databases of a server that goes on. */
export async function dropSpareDatabases(admin: string): Promise<void> {
  await connected(admin, async client => {
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like '${SPARE}%'`,
    );
    for (const { datname } of rows) await tryTo(client, `drop database if exists ${datname}`);
  });
}

/** Drops all that is in namespaces. What is beside them, or is said of the database itself, makes it unfit. */
async function emptied(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ fit: boolean }>(
    `select datacl is null and datdba = 10 and datallowconn and datconnlimit = -1
        and not exists (select from pg_db_role_setting where setdatabase = d.oid)
        and not exists (select from pg_event_trigger) and not exists (select from pg_publication)
        and not exists (select from pg_largeobject_metadata) and not exists (select from pg_default_acl)
        and not exists (select from pg_extension where extname <> 'plpgsql') as fit
      from pg_database d where datname = current_database()`,
  );
  if (!rows[0]?.fit) return false;
  const { rows: namespaces } = await client.query<{ name: string }>(
    `select quote_ident(nspname) as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`,
  );
  await client.query(
    `begin; set local client_min_messages = warning;
     ${namespaces.map(({ name }) => `drop schema ${name} cascade;`).join(' ')}
     create schema public authorization pg_database_owner; grant usage on schema public to public; commit`,
  );
  return true;
}

async function tryTo(client: pg.Client, sql: string): Promise<boolean> {
  try {
    await client.query(sql);
    return true;
  } catch {
    // somebody else was faster, or a session of it is still ending
    return false;
  }
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
