/*
 * A first release: the application carries the version of its storage, and an empty database gets both.
 *
 *   node examples/01-first-schema.ts
 */
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'

const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string(), legs: p.integer().default(4) },
});

class ZooSchema extends Schema {
  readonly guid = 'zoo'; // names this storage in the database, and never changes
  readonly latest = 1; // the version this code was written for

  // The rows that a new installation needs, in the transaction that creates its storage.
  override async onInstall(step: Step) {
    step.em.create(Animal, { id: 1, name: 'Leo' });
  }
}

const orm = await MikroORM.init({ entities: [Animal], dbName: ':memory:' });
const zoo = new ZooSchema(orm); // touches nothing yet

const before = await zoo.status();
console.log(`Before: ${before.standing}, the code is at ${before.latest} and the database at nothing.`);

const first = await zoo.upgrade();
console.log(`First boot: ${first.outcome} at version ${first.to}.`);

const animals = await orm.em.fork().findAll(Animal);
console.log(
  `The storage is there, and onInstall was: ${animals.map(({ name, legs }) => `${name} with ${legs} legs`).join()}.`,
);

const second = await zoo.upgrade();
console.log(`Second boot: ${second.outcome}, one SELECT and nothing else.`);

await zoo.assertVersion();
console.log('The guard passes: this code may run on this database.');

await orm.em.fork().execute('drop table animal');
const storage = await zoo.assertStorage();
console.log(`A table was lost: assertStorage ${storage.outcome} what was missing, ${storage.created.join()}.`);

await orm.close();
