import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort, serverOwner } from './postgres.ts';

/** A PgBouncer in front of a PostgreSQL server; `await using` stops it and removes its folder. */
export interface PgBouncer extends AsyncDisposable {
  /** Where it listens, without a database. */
  readonly url: string;
  /** The address of a database of the server, by way of the pooler. */
  addressOf(address: string): string;
}

/** How many connections it keeps to one database, however many clients there are. */
export const SERVER_CONNECTIONS = 5;

/**
 * Starts a PgBouncer that hands out its connections for one transaction at a time.
 *
 * @param server the URL of the PostgreSQL server it stands before.
 * @throws Error with its log when it does not start, and when it is not installed.
 */
export async function startPgBouncer(server: string): Promise<PgBouncer> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'dejavu-pgbouncer-'));
  const owner = serverOwner();
  if (owner) fs.chownSync(folder, owner.uid, owner.gid);
  const port = await freePort();
  const config = join(folder, 'pgbouncer.ini');
  fs.writeFileSync(config, configOf(new URL(server), port));
  let log = '';
  // it refuses to run as root, as PostgreSQL does
  const bouncer = spawn('pgbouncer', [config], {
    ...owner,
    cwd: folder,
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  bouncer.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  bouncer.on('error', error => (log += String(error)));
  const kill = () => void bouncer.kill('SIGKILL');
  process.once('exit', kill);
  const url = `postgresql://postgres@127.0.0.1:${port}`;

  const stop = async () => {
    process.off('exit', kill);
    if (isRunning(bouncer)) {
      const ended = once(bouncer, 'exit');
      bouncer.kill('SIGKILL');
      await ended;
    }
    fs.rmSync(folder, { recursive: true, force: true });
  };
  if (!(await answers(bouncer, url))) {
    await stop();
    throw new Error(`PgBouncer did not start:\n${log}`);
  }
  return {
    url,
    addressOf: address => `${url}${new URL(address).pathname}`,
    [Symbol.asyncDispose]: stop,
  };
}

/** `auth_type = any` lets everybody in as the user of the server's own URL. */
function configOf({ hostname, port, username, password }: URL, listen: number): string {
  const secret = password === '' ? '' : ` password=${decodeURIComponent(password)}`;
  return `
[databases]
* = host=${hostname} port=${port || 5432} user=${decodeURIComponent(username)}${secret}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listen}
unix_socket_dir =
auth_type = any
admin_users = postgres
pool_mode = transaction
default_pool_size = ${SERVER_CONNECTIONS}
max_client_conn = 200
`;
}

async function answers(bouncer: ChildProcess, url: string): Promise<boolean> {
  while (isRunning(bouncer)) {
    const client = new pg.Client({ connectionString: `${url}/postgres` });
    try {
      await client.connect();
      return true;
    } catch {
      await sleep(30);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}
