/*
 * Steps that still work in three years: operations, and the entities as they were before and after.
 *
 *   node examples/05-moving-data.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/sqlite';
import { FirstZooSchema, ZooSchema } from './zoo/schema.ts';
import * as v1 from './zoo/versions/1.ts';
import * as v3 from './zoo/versions/3.ts';

const folder = mkdtempSync(join(tmpdir(), 'dejavu-moving-'));
const dbName = join(folder, 'zoo.db');

const oldOrm = await MikroORM.init({ entities: [v1.Animal], dbName });
await new FirstZooSchema(oldOrm).upgrade();
const oldEm = oldOrm.em.fork();
oldEm.create(v1.Animal, { name: 'Leo', species: 'lion', keeperName: 'Ann' });
oldEm.create(v1.Animal, { name: 'Pingu', species: 'penguin', keeperName: 'Bob' });
oldEm.create(v1.Animal, { name: 'Elsa', species: 'lion', keeperName: 'Ann' });
await oldEm.flush();
await oldOrm.close();
console.log('Version 1: an animal has a species, and the name of its keeper.');

const orm = await MikroORM.init({ entities: [v3.Animal, v3.Keeper], dbName });
const report = await new ZooSchema(orm).upgrade({
  onProgress: progress => {
    if (progress.type === 'progress')
      console.log(`  step ${progress.version}: ${progress.done} of ${progress.total} rows`);
  },
});
console.log(
  `Upgraded from ${report.from} to ${report.to}: ${report.steps.map(step => `step ${step.version}`).join(', ')}.`,
);

const animals = await orm.em.fork().findAll(v3.Animal, { populate: ['keeper'], orderBy: { id: 'asc' } });
for (const animal of animals) {
  console.log(`${animal.name} is a ${animal.family} on ${animal.legs} legs, kept by ${animal.keeper?.name}.`);
}
console.log(`There are ${await orm.em.fork().count(v3.Keeper)} keepers, made from the names.`);

await orm.close();
rmSync(folder, { recursive: true });
