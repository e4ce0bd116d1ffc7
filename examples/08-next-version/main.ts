/* The application: it brings its database to the version of its code, and shows who lives in it. */
import { MikroORM, serialize } from '@mikro-orm/sqlite';
import { Animal, Keeper } from './entities.ts';
import config from './mikro-orm.config.ts';
import { ZooSchema } from './schema.ts';

const orm = await MikroORM.init(config);
const { outcome, to } = await new ZooSchema(orm).upgrade();
console.log(`${outcome}, at version ${to}`);

const em = orm.em.fork();
if (outcome === 'installed') {
  const ann = em.create(Keeper, { name: 'Ann' });
  em.create(Animal, { name: 'Leo', species: 'lion', keeper: ann });
  em.create(Animal, { name: 'Pingu', species: 'penguin', keeper: ann });
  await em.flush();
}
for (const animal of await em.findAll(Animal, { orderBy: { id: 'asc' } })) console.log(serialize(animal));
await orm.close();
