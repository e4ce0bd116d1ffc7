import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { TestDatabase } from './databases.ts';

/* Commits that last, so that a process can be killed in the middle of one. */

/** Commits of a database on a server that wait. */
interface HeldCommits extends AsyncDisposable {
  readonly letGo: () => Promise<void>;
}

/**
 * Makes the commit that brings the first version into a database on a server wait: it goes on, whatever became of its client.
 * Nothing of it is left after the disposal.
 */
export async function holdCommits(database: TestDatabase): Promise<HeldCommits> {
  if (database.dialect === 'sqlite') return { letGo: async () => {}, [Symbol.asyncDispose]: async () => {} };
  await database.execute(`
    create schema slow;
    create function slow.wait() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(11); return null; end $$;
    create function slow.watch() returns event_trigger language plpgsql as $$ begin
      if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.deployed_version_log' and command_tag = 'CREATE TABLE') then
        create constraint trigger slow after insert on public.deployed_version_log deferrable initially deferred for each row execute function slow.wait();
      end if;
    end $$;
    create event trigger slow on ddl_command_end when tag in ('CREATE TABLE') execute function slow.watch();
    select pg_advisory_lock(11)`);
  return {
    letGo: async () => void (await database.execute('select pg_advisory_unlock(11)')),
    [Symbol.asyncDispose]: async () =>
      void (await database.execute(
        'drop event trigger slow; drop schema slow cascade; select pg_advisory_unlock_all()',
      )),
  };
}

/** A reader that nobody holds is closed. */
const readers: Database.Database[] = [];

/**
 * Kills this process while a commit is under way that is sent next. A reader of a SQLite file with a rollback journal keeps the
 * commit from ending: the journal is written by then.
 */
export function dieSoon(address: string): void {
  if (!address.startsWith('postgres')) {
    const reader = new Database(address);
    reader.exec('begin; select * from sqlite_master');
    readers.push(reader);
  }
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);
}

/** PostgreSQL needs a moment to notice that a client is no more. */
export async function isGone(database: TestDatabase): Promise<void> {
  if (database.dialect === 'sqlite') return;
  const others = `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  while ((await database.execute(others)).length > 0) await sleep(5);
}
