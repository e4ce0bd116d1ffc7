/*
 * The main job in one minute: two releases of a zoo meet the same SQLite file.
 *
 *   npm run quickstart
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { DeployedVersionLog, isSchemaError, Schema, type Step } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'

// ── The first release: an exhibit lists its animals in a text, '1,2'. ───────────────────────────────────────────────

const OldAnimal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string() },
});
const OldExhibit = defineEntity({
  name: 'Exhibit',
  properties: { id: p.integer().primary(), name: p.string(), animals: p.text() },
});

class OldZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

// ── The second: an animal knows its exhibit. The same class, one number higher, with one method more. ───────────────

const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string(), exhibit: () => p.manyToOne(Exhibit).nullable() },
});
const Exhibit = defineEntity({
  name: 'Exhibit',
  properties: { id: p.integer().primary(), name: p.string() },
});

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;

  async upgradeTo_2(step: Step) {
    await step.execute('alter table animal add column exhibit_id integer null references exhibit (id)');
    await step.execute(
      `update animal set exhibit_id = (select id from exhibit where ',' || animals || ',' like '%,' || animal.id || ',%')`,
    );
    await step.execute('alter table exhibit drop column animals');
  }
}

// ── What happens when they boot, one after the other, on one file. ──────────────────────────────────────────────────

const folder = mkdtempSync(join(tmpdir(), 'dejavu-quickstart-'));
const dbName = join(folder, 'zoo.db');

console.log('1  The first release boots on an empty file.');
const oldOrm = await MikroORM.init({ entities: [OldAnimal, OldExhibit], dbName });
const oldZoo = new OldZooSchema(oldOrm);
const installed = await oldZoo.upgrade({ release: 'zoo 1.0.0' });
console.log(
  `   ${installed.outcome} at version ${installed.to}: its tables, and the row that says so, in one transaction.`,
);

const em = oldOrm.em.fork();
for (const [id, name] of [
  [1, 'Percy'],
  [2, 'Adele'],
  [3, 'Tony'],
] as const)
  em.create(OldAnimal, { id, name });
em.create(OldExhibit, { id: 1, name: 'The Penguin Encounter', animals: '1,2' });
em.create(OldExhibit, { id: 2, name: 'Tiger River', animals: '3' });
await em.flush();
console.log(`   3 animals move in. An exhibit lists them in a text: The Penguin Encounter has '1,2'.`);

console.log('2  The second release boots on the same file: its code says 2, the database says 1.');
const orm = await MikroORM.init({ entities: [Animal, Exhibit], dbName });
const zoo = new ZooSchema(orm);
const upgraded = await zoo.upgrade({ release: 'zoo 2.0.0' });
console.log(
  `   ${upgraded.outcome} from ${upgraded.from} to ${upgraded.to}: upgradeTo_2 moved exhibit.animals to animal.exhibit_id, all of it or nothing.`,
);
for (const animal of await orm.em.fork().findAll(Animal, { populate: ['exhibit'], orderBy: { id: 1 } })) {
  console.log(`   ${animal.name} is still there, and knows its exhibit now: ${animal.exhibit?.name}.`);
}

console.log('3  It boots again.');
const again = await zoo.upgrade();
console.log(`   ${again.outcome}: one SELECT, and nothing to do.`);

console.log('4  The first release is started by mistake. Its guard runs before anything else:');
try {
  await oldZoo.assertVersion();
} catch (error) {
  if (!isSchemaError(error)) throw error;
  console.log(`   refused with ${error.code}: the storage it was written for is gone.`);
  console.log(`   "${error.message}"`);
}

console.log('5  Who did what, as the database remembers it:');
const logOrm = await MikroORM.init({ entities: [DeployedVersionLog], dbName });
for (const line of await logOrm.em.fork().findAll(DeployedVersionLog, { orderBy: { id: 1 } })) {
  console.log(
    `   ${line.how}: ${line.fromVersion ?? 'nothing'} → ${line.toVersion}, in ${line.tookMs} ms, by ${line.release}`,
  );
}

await Promise.all([oldOrm.close(), orm.close(), logOrm.close()]);
rmSync(folder, { recursive: true });
