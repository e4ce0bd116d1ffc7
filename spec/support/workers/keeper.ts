import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcesses, memoryWithRoom, RUN, sweepRuns } from '../leftovers.ts';
import { startPostgres, type PostgresServer } from '../postgres.ts';

// Keeps what a run of the specs has, and takes it away when the run is over, however it came to that.
const withPostgres = process.argv.includes('postgres');

const over = new Promise<unknown>(resolve => {
  for (const event of ['close', 'error']) process.stdin.once(event, resolve);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  process.stdin.resume();
});

await sweepRuns();
// The name carries who keeps it, so that a later run can tell a leftover from a neighbour.
const folder = newFolder(tmpdir());
const memory = memoryWithRoom();
// Most of what a test does to a server makes and removes files: a table is three, a database three hundred.
const data = memory && withPostgres ? newFolder(memory) : undefined;
let server: PostgresServer | undefined;
try {
  // The server's user has to get through.
  chmodSync(folder, 0o711);
  if (withPostgres) {
    const home = join(folder, 'postgres');
    mkdirSync(home);
    server = await startPostgres(home, data);
  }
  writeSync(1, `${JSON.stringify({ keeper: process.pid, folder, url: server?.url, log: server?.log })}\n`);
  await over;
} finally {
  await server?.stop();
  for (const own of data ? [folder, data] : [folder]) {
    await endProcesses(own);
    rmSync(own, { recursive: true, force: true });
  }
}
// The pipes to whoever started us may stay open for as long as they like.
process.exit();

function newFolder(place: string): string {
  return mkdtempSync(join(place, `${RUN}${process.pid}-`));
}
