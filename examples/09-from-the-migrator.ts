/*
 * An application that used MikroORM's Migrator until now: what its migrations led to is version 1, and is adopted. The
 * guide is 09-from-the-migrator/README.md.
 *
 *   node examples/09-from-the-migrator.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/sqlite';
import { isSchemaError } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'
import { Animal } from './09-from-the-migrator/entities.ts';
import { FirstZooSchema, ZooSchema } from './09-from-the-migrator/schema.ts';
import * as v1 from './09-from-the-migrator/versions/1.ts';

const folder = mkdtempSync(join(tmpdir(), 'dejavu-migrator-'));
const dbName = join(folder, 'zoo.db');
const path = join(import.meta.dirname, '09-from-the-migrator', 'migrations');
const migrations = { path, silent: true, snapshot: false };

// 1 until now: the Migrator, and a database on which somebody forgot the second migration
const orm = await MikroORM.init({ entities: [v1.Animal], dbName, extensions: [Migrator], migrations });
const [first] = await orm.migrator.up({ to: 'Migration20250117093000' });
await orm.em.execute("insert into animal (name, species) values ('Leo', 'lion'), ('Pingu', 'penguin')");
console.log(`The Migrator ran ${first?.name}; the zoo has 2 animals.`);

// 2 the release that takes over
const zoo = new FirstZooSchema(orm);
try {
  await zoo.adopt(1);
} catch (error) {
  if (!isSchemaError(error)) throw error;
  console.log(`Not yet, ${error.code}: ${error.message}`);
}
const [second] = await orm.migrator.up();
const adopted = await zoo.adopt(1);
console.log(`The Migrator ran ${second?.name}: ${adopted.outcome} at version ${adopted.to}, nothing else was touched.`);
await orm.close();

// 3 from now on: the Migrator is gone, changes are steps
const nextOrm = await MikroORM.init({ entities: [Animal], dbName });
const nextZoo = new ZooSchema(nextOrm, { adopt: 1 }); // databases that nobody adopted by hand are at 1, too
const { from, to } = await nextZoo.upgrade();
console.log(`The next release boots: ${from} → ${to}, as it would anywhere.`);
for (const animal of await nextOrm.em.fork().findAll(Animal, { orderBy: { id: 'asc' } })) {
  console.log(`  ${animal.name}: ${animal.family} on ${animal.legs} legs`);
}

// 4 a database that was never there before is installed, and no migration is run for it
const newOrm = await MikroORM.init({ entities: [Animal], dbName: ':memory:' });
const { outcome } = await new ZooSchema(newOrm, { adopt: 1 }).upgrade();
console.log(`On an empty database: ${outcome}, at version 2.`);

await Promise.all([nextOrm.close(), newOrm.close()]);
rmSync(folder, { recursive: true });
