import { expect, test } from '@jest/globals';
import { databases } from './databases.ts';
import { animals, settle, zooV1, zooV2, zooV3 } from './zoo.ts';

test.each(databases)('the animals of the first release live on $name', async kind => {
  await using database = await kind.create();
  const entities = zooV1();
  const orm = await database.orm(entities);
  await orm.schema.create();
  await settle(database);
  const em = orm.em.fork();
  expect((await em.find(entities.Animal, {}, { orderBy: { id: 1 } })).map(animal => ({ ...animal }))).toEqual(animals);
  const exhibit = await em.findOneOrFail(entities.Exhibit, { name: 'The Penguin Encounter' }, { populate: ['zoo'] });
  expect(exhibit.animals).toBe('8,9');
  expect(exhibit.zoo).toMatchObject({ name: 'San Diego Zoo', founded: '1916-10-02' });
});

test.each([
  ['first', zooV1, ['id', 'name', 'species', 'legs'], ['id', 'name', 'animals', 'zoo']],
  ['second', zooV2, ['id', 'name', 'species', 'legs', 'stomachs', 'exhibitId'], ['id', 'name', 'animals', 'zoo']],
  ['third', zooV3, ['id', 'name', 'family', 'legs', 'stomachs', 'exhibitId'], ['id', 'name', 'zoo']],
] as const)('the %s release has entities of its own in every ORM', async (_, release, animal, exhibit) => {
  for (const kind of databases.slice(0, 2)) {
    await using database = await kind.create();
    const orm = await database.orm(release());
    await orm.schema.create();
    expect(
      orm
        .getMetadata()
        .getByClassName('Animal')
        .props.map(property => property.name),
    ).toEqual(animal);
    expect(
      orm
        .getMetadata()
        .getByClassName('Exhibit')
        .props.map(property => property.name),
    ).toEqual(exhibit);
  }
});
