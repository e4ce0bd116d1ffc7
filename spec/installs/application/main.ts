/*
 * Two releases meet one database: the first installs, the second runs its step, and boots again with nothing to do. With
 * `level` only the last. Prints what became of each.
 */
import { MikroORM } from '@mikro-orm/sqlite';
import config, { dbName } from './mikro-orm.config.ts';
import { FirstZooSchema, ZooSchema } from './schema.ts';

async function main(): Promise<void> {
  const outcomes: string[] = [];
  if (!process.argv.includes('level')) {
    const { Animal: FirstAnimal } = await import('./versions/1.ts');
    const first = await MikroORM.init({ dbName, entities: [FirstAnimal] });
    outcomes.push((await new FirstZooSchema(first).upgrade()).outcome);
    await first.em.fork().insertMany(FirstAnimal, [{ name: 'Leo' }, { name: 'Pingu' }]);
    await first.close();
  }

  const second = await MikroORM.init(config);
  for (const _ of ['behind', 'level']) outcomes.push((await new ZooSchema(second).upgrade()).outcome);
  const animals = await second.em.execute('select name, legs from animal order by name');
  await second.close();
  console.log(JSON.stringify({ outcomes, animals }));
}

await main();
