/*
 * Drift: a database that is not quite what its version says. It is found and told, and an upgrade keeps what it did not
 * make. A step that does not lead to its version fails before anything is recorded, and a database without a version tells
 * by its storage which one it is.
 *
 *   node examples/10-drift.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/sqlite';
import { isSchemaError } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'
import { verify } from '../lib/verify/index.ts'; // yours: 'mikro-orm-dejavu/verify'
import { ZooSchema } from './zoo/schema.ts';
import { Animal, Keeper } from './zoo/versions/3.ts';

const folder = mkdtempSync(join(tmpdir(), 'dejavu-drift-'));
const dbName = join(folder, 'zoo.db');
const connect = () => MikroORM.init({ entities: [Animal, Keeper], dbName });

const orm = await connect();
const zoo = new ZooSchema(orm);
await zoo.upgrade(2);
console.log(`Fresh. ${String(await verify(zoo))}`);

await orm.em.execute('create index animal_at_night on animal (name)');
await orm.em.execute('alter table keeper add column shoe_size integer');
console.log(`After a night with a database tool. ${String(await verify(zoo))}`);
await orm.close();

/** The property has another name in the entities, and the step that renames it was forgotten. */
class ForgetfulSchema extends ZooSchema {
  override async upgradeTo_3() {}
}
const forgetfulOrm = await connect();
try {
  await new ForgetfulSchema(forgetfulOrm).upgrade();
} catch (error) {
  if (!isSchemaError(error) || !('deployed' in error)) throw error;
  console.log(
    `A step that does nothing: ${error.code}, the database is at version ${String(error.deployed)} as before.`,
  );
}
await forgetfulOrm.close();

/** The same Schema, which knows what the night has left and wants to keep it. */
class TolerantSchema extends ZooSchema {
  override readonly extra = ['keeper.column.shoe_size'];
}
const tolerantOrm = await connect();
const tolerant = new TolerantSchema(tolerantOrm);
const { from, to, drift } = await tolerant.upgrade();
console.log(
  `The right step: ${from} → ${to}. Different before, and kept: ${drift.map(({ path }) => path.join('.')).join()}.`,
);

await tolerantOrm.em.execute('drop index animal_at_night');
await tolerantOrm.em.execute('drop table deployed_version');
await tolerantOrm.em.execute('drop table deployed_version_log');
const adopted = await tolerant.adopt();
console.log(`Without its row: ${adopted.outcome} at version ${adopted.to}, which is the one with this storage.`);

await tolerantOrm.close();
rmSync(folder, { recursive: true });
