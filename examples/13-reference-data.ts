/*
 * Reference data under version: the rows of Category belong to the code, as the tables do. They are kept in a fixture, a
 * file that a review can read, and a step brings the database to it: whole, or not at all. A fresh installation loads the
 * same file, so that fresh and upgraded databases agree.
 *
 *   node examples/13-reference-data.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { isSchemaError, Schema, type Step } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'

const Category = defineEntity({
  name: 'Category',
  properties: {
    id: p.integer().primary(),
    code: p.string().unique(), // names a row in fixtures, since ids are given by each database
    title: p.string(),
    parent: () => p.manyToOne(Category).nullable(),
  },
});
const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string(), category: () => p.manyToOne(Category) },
});

class FirstSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 1;
}

class ZooSchema extends FirstSchema {
  override readonly latest: number = 2;

  /** `replacedBy` says what rows of users get whose category the fixture does not have any more. */
  async upgradeTo_2(step: Step) {
    const { inserted, updated, deleted } = await this.loadCategories(step);
    console.log(`  the fixture: ${inserted} inserted, ${updated} updated, ${deleted} deleted`);
  }

  override async onInstall(step: Step) {
    await this.loadCategories(step);
  }

  protected loadCategories(step: Step) {
    const file = new URL('./fixtures/0002_category.json', import.meta.url);
    const replacedBy = { Category: { penguin: 'bird' } };
    return step.loadFixture(file, { entities: [Category], missing: 'delete', replacedBy });
  }
}

/** The same without a word about penguins. */
class ForgetfulSchema extends ZooSchema {
  protected override loadCategories(step: Step) {
    const file = new URL('./fixtures/0002_category.json', import.meta.url);
    return step.loadFixture(file, { entities: [Category], missing: 'delete' });
  }
}

const folder = mkdtempSync(join(tmpdir(), 'dejavu-reference-data-'));
const connect = (name: string) => MikroORM.init({ entities: [Category, Animal], dbName: join(folder, name) });
const categories = async (orm: MikroORM) =>
  (await orm.em.fork().find(Category, {}, { orderBy: { code: 'asc' } })).map(({ code }) => code).join(', ');

const orm = await connect('old.db');
await new FirstSchema(orm).upgrade();
const em = orm.em.fork();
const penguins = em.create(Category, { code: 'penguin', title: 'Penguins' });
em.create(Category, { code: 'animal', title: 'All animals' });
em.create(Animal, { name: 'Adele', category: penguins });
await em.flush();
await orm.close();
console.log('Release 1: Adele is a penguin.');

const forgetful = await connect('old.db');
try {
  await new ForgetfulSchema(forgetful).upgrade();
} catch (error) {
  if (!isSchemaError(error) || !isSchemaError(error.cause)) throw error;
  console.log(`Release 2, which forgot her: ${error.cause.code}`);
  console.log(
    `  ${error.cause.message
      .split('\n')
      .at(-1)
      ?.replace(/.*json:1:1: /, '')}`,
  );
  console.log(`  and the rows are as they were: ${await categories(forgetful)}`);
}
await forgetful.close();

const upgraded = await connect('old.db');
console.log('Release 2:');
await new ZooSchema(upgraded).upgrade();
const [adele] = await upgraded.em.fork().find(Animal, {}, { populate: ['category'] });
console.log(`  Adele is a ${adele?.category.code} now, and the categories are ${await categories(upgraded)}.`);
await upgraded.close();

const fresh = await connect('fresh.db');
await new ZooSchema(fresh).upgrade();
console.log(`A fresh installation: ${await categories(fresh)}`);
await fresh.close();
rmSync(folder, { recursive: true });
