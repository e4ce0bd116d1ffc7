import { defineEntity, p } from '@mikro-orm/core';
import { describe, expect, test } from '@jest/globals';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import { StorageGenerator } from '../../lib/mikro-orm/storage-generator.ts';
import { databases } from '../support/databases.ts';

const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string().default(`it's;\n"quoted`) },
});
const Keeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary(), animal: p.manyToOne(Animal) } });

describe.each(databases)('$name', kind => {
  test('the statements are those of some entities, each whole, with defaults that hold quotes', async () => {
    await using database = await kind.create();
    const { em } = await database.orm([Animal, Keeper]);
    const metadata = [em.getMetadata().get(Animal)];
    const statements = await new StorageGenerator(em, {
      metadata,
      namespace: undefined,
      withRoutines: false,
    }).statements();
    expect(statements.map(sql => sql.slice(0, 12))).toEqual(['create table']);
    for (const sql of statements) await em.execute(sql);
    await em.execute(`insert into animal (id) values (1)`);
    expect(await em.execute('select name from animal')).toEqual([{ name: `it's;\n"quoted` }]);
  });

  test('entities keep the sizes that they ask for', async () => {
    await using database = await kind.create();
    const Visit = defineEntity({ name: 'Visit', properties: { id: p.integer().primary(), at: p.datetime() } });
    const orm = await database.orm([Visit]);
    const metadata = [orm.getMetadata().get(Visit)];
    const before = describeEntities(orm);
    new StorageGenerator(orm.em, { metadata, namespace: undefined, withRoutines: false }).getTargetSchema();
    expect(describeEntities(orm)).toEqual(before);
  });

  test('a native enum is a type where a column has it, and nothing inside an object', async () => {
    await using database = await kind.create();
    const mood = (name: string) => p.enum(['calm', 'wild']).nativeEnumName(name).nullable();
    const Home = defineEntity({ name: 'Home', embeddable: true, properties: { mood: mood('home_mood') } });
    const Pet = defineEntity({
      name: 'Pet',
      properties: { id: p.integer().primary(), mood: mood('pet_mood'), home: () => p.embedded(Home).object() },
    });
    const orm = await database.orm([Pet, Home]);
    const metadata = [orm.getMetadata().get(Pet)];
    const generator = new StorageGenerator(orm.em, { metadata, namespace: undefined, withRoutines: false });
    const types = (await generator.statements()).filter(sql => /^create type/i.test(sql));
    expect(types.join().match(/\w+_mood/g)).toEqual(kind.dialect === 'postgresql' ? ['pet_mood'] : null);
  });

  test('an application goes on with its own generator, unchanged', async () => {
    await using database = await kind.create();
    const orm = await database.orm([Animal, Keeper]);
    const before = await orm.schema.getCreateSchemaSQL();
    const metadata = [orm.getMetadata().get(Animal)];
    const generator = new StorageGenerator(orm.em, { metadata, namespace: undefined, withRoutines: false });
    expect(
      generator
        .getTargetSchema()
        .getTables()
        .map(table => table.name),
    ).toEqual(['animal']);
    expect(await orm.schema.getCreateSchemaSQL()).toBe(before);
  });
});

test('tables of entities that name no namespace go into the one given', async () => {
  const [kind] = databases.filter(({ dialect }) => dialect === 'postgresql');
  await using database = await kind!.create();
  const { em } = await database.orm([Animal]);
  const generator = new StorageGenerator(em, {
    metadata: [...em.getMetadata().getAll().values()],
    namespace: 'shop',
    withRoutines: false,
  });
  expect(await generator.statements()).toEqual([
    'create schema if not exists "shop"',
    expect.stringContaining('create table "shop"."animal"'),
  ]);
});
