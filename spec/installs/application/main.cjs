/* What main.ts does, in an application of CommonJS, which Node.js lets require modules. */
const { MikroORM, defineEntity, p } = require('@mikro-orm/sqlite');
const { isSchemaError, Schema } = require('mikro-orm-dejavu');
const { plan } = require('mikro-orm-dejavu/plan');
const { verify } = require('mikro-orm-dejavu/verify');

const dbName = process.env['ZOO_DATABASE'] ?? 'zoo.db';
const id = p.integer().primary();
const First = defineEntity({ name: 'Animal', properties: { id, name: p.string() } });
const Animal = defineEntity({ name: 'Animal', properties: { id, name: p.string(), legs: p.integer() } });

class FirstZooSchema extends Schema {
  guid = 'zoo';
  latest = 1;
}

class ZooSchema extends Schema {
  guid = 'zoo';
  latest = 2;

  async upgradeTo_2(step) {
    await step.addProperty(Animal, 'legs', { fill: animal => (animal.name === 'Pingu' ? 2 : 4) });
  }
}

async function main() {
  const first = await MikroORM.init({ dbName, entities: [First] });
  const outcomes = [(await new FirstZooSchema(first).upgrade()).outcome];
  await first.em.fork().insertMany(First, [{ name: 'Leo' }, { name: 'Pingu' }]);
  await first.close();

  const second = await MikroORM.init({ dbName, entities: [Animal] });
  const zoo = new ZooSchema(second);
  if ((await plan(zoo)).steps.length !== 1) throw new Error('the plan has one step');
  outcomes.push((await zoo.upgrade()).outcome, (await zoo.upgrade()).outcome);
  const refused = await verify(zoo).catch(error => isSchemaError(error));
  const animals = await second.em.execute('select name, legs from animal order by name');
  await second.close();
  console.log(JSON.stringify({ outcomes, animals, refused: refused === true }));
}

void main();
