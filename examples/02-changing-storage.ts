/*
 * Changing the storage: one number higher, one method more, and every database finds its own way there.
 *
 *   node examples/02-changing-storage.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { isSchemaError, Schema, type Step, type Steps } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'

// 1 define: the entities say what the storage is now, the steps how a database gets there
const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string(), family: p.string(), stomachs: p.integer().default(1) },
});

class ZooSchema extends Schema {
  readonly guid = 'zoo'; // never changes
  readonly latest = 3; // one higher, and one method more, with each change
  override readonly steps: Steps = { 2: { compatible: 1 } }; // code of version 1 may keep running on version 2

  async upgradeTo_2(step: Step) {
    await step.execute('alter table animal add column stomachs integer not null default 1');
  }

  async upgradeTo_3(step: Step) {
    await step.execute('alter table animal rename column species to family');
    const cows = await step.em.find(Animal, { family: 'Cow' });
    for (const cow of cows) cow.stomachs = 4; // flushed when the step ends
  }
}

// The release before it, which is in production: version 1, with rows in it.
const OldAnimal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string(), species: p.string() },
});
class OldZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

const folder = mkdtempSync(join(tmpdir(), 'dejavu-changing-'));
const dbName = join(folder, 'zoo.db');
const oldOrm = await MikroORM.init({ entities: [OldAnimal], dbName });
const oldZoo = new OldZooSchema(oldOrm);
await oldZoo.upgrade();
const em = oldOrm.em.fork();
em.create(OldAnimal, { id: 1, name: 'Leo', species: 'Lion' });
em.create(OldAnimal, { id: 2, name: 'Bella', species: 'Cow' });
await em.flush();
console.log('In production: version 1, with 2 animals.');

const orm = await MikroORM.init({ entities: [Animal], dbName });
const zoo = new ZooSchema(orm);

const half = await zoo.upgrade(2);
console.log(`upgrade(2): ${half.from} → ${half.to}.`);
await oldZoo.assertVersion();
console.log('The old release goes on running beside it: step 2 is declared compatible with version 1.');

// Steps fail. This one does after its first statement, which is taken back with it.
class HastyZooSchema extends ZooSchema {
  override async upgradeTo_3(step: Step) {
    await step.execute('alter table animal rename column species to family');
    await step.execute('update animal set family = upper(famly)');
  }
}
const hastyOrm = await MikroORM.init({ entities: [Animal], dbName });
try {
  await new HastyZooSchema(hastyOrm).upgrade();
} catch (error) {
  if (!isSchemaError(error)) throw error;
  console.log(`A step with a mistake: ${error.code}, ${error.message}.`);
}
console.log(`Nothing of it stayed: the database is at version ${await zoo.deployed()}.`);

const report = await zoo.upgrade();
console.log(
  `The mended step: ${report.from} → ${report.to}, this call ran step ${report.steps.map(step => step.version).join()}.`,
);
for (const { name, family, stomachs } of await orm.em.fork().findAll(Animal, { orderBy: { id: 1 } })) {
  console.log(`  ${name}: family ${family}, stomachs ${stomachs}`);
}

// 2 use: pick one per process
await zoo.upgrade(); // app boot: any number of processes, each step once
await zoo.assertVersion(); // startup guard: throws unless this code may run here
await zoo.assertStorage(); // install script: creates the storage that is missing
console.log('The next boots find nothing to do.');

const { runnable, standing, deployed, compatible } = await oldZoo.status();
console.log(
  `The old release is ${runnable ? 'welcome' : 'not welcome'} now: ${standing}, the database is at ${deployed} and wants code from ${compatible} on.`,
);

await Promise.all([oldOrm.close(), hastyOrm.close(), orm.close()]);
rmSync(folder, { recursive: true });
