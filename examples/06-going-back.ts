/*
 * The way back: the whole path is looked at first, and what loses data is asked for by name.
 *
 *   node examples/06-going-back.ts
 */
import { MikroORM } from '@mikro-orm/sqlite';
import { isSchemaError } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'
import { ZooSchema } from './zoo/schema.ts';
import { Animal, Keeper } from './zoo/versions/3.ts';

const orm = await MikroORM.init({ entities: [Animal, Keeper], dbName: ':memory:' });
const zoo = new ZooSchema(orm);
await zoo.upgrade();
const em = orm.em.fork();
em.create(Animal, { name: 'Leo', family: 'lion', legs: 4, keeper: em.create(Keeper, { name: 'Ann' }) });
await em.flush();

const oneBack = await zoo.downgrade(2);
console.log(`Back from ${oneBack.from} to ${oneBack.to}: nothing is lost by a rename.`);

try {
  await zoo.downgrade(1);
} catch (error) {
  if (!isSchemaError(error)) throw error;
  console.log(`Refused before the first write, ${error.code}: ${error.message}`);
}

const report = await zoo.downgrade(1, { allowLoss: true });
console.log(`Back at ${report.to}. What went: ${report.lost.map(({ what, rows }) => `${what} (${rows})`).join(', ')}.`);

try {
  await zoo.downgrade(0, { allowLoss: true });
} catch (error) {
  if (!isSchemaError(error)) throw error;
  console.log(`No further, ${error.code}: ${error.message}`);
}

const again = await zoo.upgrade();
console.log(`And up again, from ${again.from} to ${again.to}.`);
await orm.close();
