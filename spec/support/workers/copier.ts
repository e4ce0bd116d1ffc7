import { registerHooks } from 'node:module';
import pg from 'pg';
import type { Entities, TestDatabase } from '../databases.ts';
import { given, say } from '../worker.ts';

// Restores a dump and dumps it again, with `pg-copy-streams` or as if it were not installed, and says how often rows were copied.
const { address, folder, again, isInstalled } = given<{
  address: string;
  folder: string;
  again: string;
  isInstalled: boolean;
}>();

registerHooks({
  resolve(name, context, next) {
    if (name !== 'pg-copy-streams' || isInstalled) return next(name, context);
    throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});
let copies = 0;
const query = pg.Client.prototype.query;
Reflect.set(pg.Client.prototype, 'query', function (this: pg.Client, ...args: [{ text?: string }]) {
  if (args[0]?.text?.startsWith('copy ')) copies += 1;
  return Reflect.apply(query, this, args) as unknown;
});

const { dump, restore } = await import('../../../lib/dump/index.ts');
const { everyType, schemaOn } = await import('../../dump/releases.ts');
const { openOrm } = await import('../databases.ts');
const database = { orm: async (entities: Entities) => openOrm(address, entities) };
const schema = await schemaOn(database as TestDatabase, [everyType()]);
const { rows } = await restore(schema, folder);
await dump(schema, again);
say('restored', { rows, copies });
process.exit();
