import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { TestDatabase } from './databases.ts';

/*
 * The zoo's storage as its releases had it. Each call makes new definitions, since an entity must not be shared by two
 * ORMs. `exhibit.animals` is what a first release does before it knows better: the animals' ids in a text, '8,9'.
 */

/** The first release: animals, exhibits that list their animals in a text, and the zoos they belong to. */
export function zooV1() {
  const Zoo = zoo();
  const Animal = defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      species: p.string(),
      legs: p.integer().nullable(),
    },
  });
  const Exhibit = defineEntity({
    name: 'Exhibit',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      animals: p.text(),
      zoo: () => p.manyToOne(Zoo).nullable(),
    },
  });
  return { Zoo, Animal, Exhibit };
}

/** The second: an animal has `stomachs`, 1 unless said otherwise, and knows its exhibit, which still lists it. */
export function zooV2() {
  const Zoo = zoo();
  const Animal = defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      species: p.string(),
      legs: p.integer().nullable(),
      stomachs: p.integer().default(1),
      exhibitId: p.integer().nullable(),
    },
  });
  const Exhibit = defineEntity({
    name: 'Exhibit',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      animals: p.text(),
      zoo: () => p.manyToOne(Zoo).nullable(),
    },
  });
  return { Zoo, Animal, Exhibit };
}

/** The third: an exhibit lists no animals any more, and an animal has a `family` where it had a species. */
export function zooV3() {
  const Zoo = zoo();
  const Animal = defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      family: p.string(),
      legs: p.integer().nullable(),
      stomachs: p.integer().default(1),
      exhibitId: p.integer().nullable(),
    },
  });
  const Exhibit = defineEntity({
    name: 'Exhibit',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      zoo: () => p.manyToOne(Zoo).nullable(),
    },
  });
  return { Zoo, Animal, Exhibit };
}

function zoo() {
  return defineEntity({
    name: 'Zoo',
    properties: { id: p.integer().primary(), name: p.string(), founded: p.date().nullable() },
  });
}

export type ZooV1 = ReturnType<typeof zooV1>;
export type ZooV2 = ReturnType<typeof zooV2>;
export type ZooV3 = ReturnType<typeof zooV3>;

/** The animals that moved in with the first release. */
export const animals: readonly InferEntity<ZooV1['Animal']>[] = [
  { id: 1, name: 'Leo', species: 'Lion', legs: 4 },
  { id: 2, name: 'Spot', species: 'Leopard', legs: 4 },
  { id: 3, name: 'Slimy', species: 'Slug', legs: 1 },
  { id: 4, name: 'Tony', species: 'Tiger', legs: 4 },
  { id: 5, name: "O'Hara", species: 'Bear', legs: 4 },
  { id: 6, name: 'Bounder', species: 'Ostrich', legs: 2 },
  { id: 7, name: 'Sandy', species: 'Centipede', legs: 100 },
  { id: 8, name: 'Percy', species: 'Emperor Penguin', legs: 2 },
  { id: 9, name: 'Adele', species: 'Adelie Penguin', legs: 2 },
  { id: 10, name: 'Milly', species: 'Millipede', legs: 1_000_000 },
  { id: 11, name: 'Hua', species: 'Snake', legs: null },
];

/** The exhibits of the first release. */
export const exhibits: readonly Omit<InferEntity<ZooV1['Exhibit']>, 'zoo'>[] = [
  { id: 1, name: 'The Penguin Encounter', animals: '8,9' },
  { id: 2, name: 'Tiger River', animals: '4' },
  { id: 3, name: 'Creepy Crawlies', animals: '3,7,10,11' },
];

/** Lets the animals of the first release into a database that has its storage, past every ORM. */
export async function settle(database: TestDatabase): Promise<void> {
  await database.execute(`insert into zoo (id, name, founded) values (1, 'San Diego Zoo', '1916-10-02')`);
  await database.execute(
    `insert into animal (id, name, species, legs) values ${animals
      .map(({ id, name, species, legs }) => `(${id}, ${text(name)}, ${text(species)}, ${legs ?? 'null'})`)
      .join(', ')}`,
  );
  await database.execute(
    `insert into exhibit (id, name, animals, zoo_id) values ${exhibits
      .map(exhibit => `(${exhibit.id}, ${text(exhibit.name)}, ${text(exhibit.animals)}, 1)`)
      .join(', ')}`,
  );
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
