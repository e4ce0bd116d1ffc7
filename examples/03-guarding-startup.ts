/*
 * A service that upgrades at boot, says when it is ready, and can be stopped at any moment.
 *
 *   node examples/03-guarding-startup.ts
 */
import { randomBytes, scrypt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { isSchemaError, type Progress, Schema, type Step } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'

const KEEPERS = 20;

// The first release kept the passwords as they were typed.
const OldKeeper = defineEntity({
  name: 'Keeper',
  properties: { id: p.integer().primary(), name: p.string(), password: p.string() },
});
class OldZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;

  override async onInstall(step: Step) {
    for (let id = 1; id <= KEEPERS; id += 1)
      step.em.create(OldKeeper, { id, name: `Keeper ${id}`, password: 'secret' });
  }
}

const NewKeeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary(), name: p.string() } });

// This release keeps them hashed, which no SQL could do.
const Keeper = defineEntity({
  name: 'Keeper',
  properties: { id: p.integer().primary(), name: p.string(), passwordHash: p.string() },
});
const hash = promisify<string, Buffer, number, object, Buffer>(scrypt);

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 2;

  async upgradeTo_2(step: Step) {
    await step.execute('alter table keeper rename column password to password_hash');
    const keepers = await step.em.findAll(Keeper);
    for (const [done, keeper] of keepers.entries()) {
      const salt = randomBytes(16);
      const key = await hash(keeper.passwordHash, salt, 32, { N: 1024 }); // far more rounds in earnest
      keeper.passwordHash = `${salt.toString('hex')}:${key.toString('hex')}`;
      await step.em.flush();
      step.progress(done + 1, keepers.length);
    }
  }
}

// ── The service: listens at once, upgrades, is ready from then on, and ends upon SIGTERM, whatever it is doing. ──────

async function serve(dbName: string, play: Play = {}) {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.on('SIGTERM', stop); // ends an upgrade between two statements, at a whole version

  const orm = await MikroORM.init({ entities: [Keeper], dbName });
  const zoo = new ZooSchema(orm, { install: false }); // a wrong connection string must not become an empty zoo
  const server = createServer((_request, response) => void readiness(zoo, response)).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    await play.listening?.(server);
    await zoo.upgrade({ signal: stopping.signal, onProgress: play.progress });
    await play.upgraded?.(server);
    if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
  } finally {
    server.close();
    await orm.close();
    process.off('SIGTERM', stop);
  }
}

async function readiness(zoo: Schema, response: ServerResponse) {
  // while this process upgrades, SQLite's only connection is taken: ask the class before the database
  if (zoo.stage !== undefined) return response.writeHead(503).end(`upgrading to version ${zoo.stage}`);
  const { runnable, standing, deployed } = await zoo.status();
  return response.writeHead(runnable ? 200 : 503).end(`${standing}, the database is at version ${deployed}`);
}

// ── The play around it, which your service has none of: what happens to it, and when. ───────────────────────────────

interface Play {
  readonly listening?: (server: Server) => Promise<void>;
  readonly progress?: (progress: Progress) => void;
  readonly upgraded?: (server: Server) => Promise<void>;
}

const say = (line: string) => console.log(`  ${line}`);
const terminate = () => void process.kill(process.pid, 'SIGTERM');

async function probe(server: Server) {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/ready`, { headers: { connection: 'close' } });
  say(`/ready: ${response.status}, ${await response.text()}`);
}

async function refused(service: Promise<void>) {
  await service.catch((error: unknown) => {
    if (!isSchemaError(error)) throw error;
    say(`${error.code}: ${error.message}`);
  });
}

const folder = mkdtempSync(join(tmpdir(), 'dejavu-guarding-'));
const dbName = join(folder, 'zoo.db');
const oldOrm = await MikroORM.init({ entities: [OldKeeper], dbName });
await new OldZooSchema(oldOrm).upgrade();
await oldOrm.close();

console.log('Boot with a wrong connection string: nothing is installed, the service does not start.');
await refused(serve(join(folder, 'zo.db')));

console.log('Boot, and SIGTERM in the middle of the upgrade: the database stays at the version it had.');
await refused(serve(dbName, { listening: probe, progress: ({ type }) => type === 'progress' && terminate() }));

console.log('Boot again: the upgrade is made, the service is ready.');
await serve(dbName, {
  async upgraded(server) {
    await probe(server);
    console.log('A newer release upgrades the database under it: it says so, and can be taken out of rotation.');
    class NewZooSchema extends ZooSchema {
      override readonly latest = 3;
      upgradeTo_3 = (step: Step) => step.execute('alter table keeper drop column password_hash');
    }
    const newOrm = await MikroORM.init({ entities: [NewKeeper], dbName });
    await new NewZooSchema(newOrm).upgrade();
    await newOrm.close();
    await probe(server);
    terminate();
  },
});
console.log('SIGTERM: the service ended.');
rmSync(folder, { recursive: true });
