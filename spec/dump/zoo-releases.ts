import { defineEntity, p } from '@mikro-orm/core';
import type { TestDatabase } from '../support/databases.ts';
import type { Modules } from './releases.ts';

/** Animals in a zoo, of which one eats another, and who keeps them; the second release counts legs. */
function zoo(more: object = {}) {
  const Animal = defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      name: p.string().length(20).unique(),
      eats: () => p.manyToOne(Animal).nullable(),
      friend: () => p.manyToOne(Animal),
      keepers: () => p.manyToMany(Keeper),
      ...more,
    },
  });
  const Keeper = defineEntity({
    name: 'Keeper',
    properties: { code: p.string().primary(), born: p.date().nullable() },
  });
  return { Animal, Keeper };
}

export function zooReleases(): Modules {
  return [zoo(), zoo({ legs: p.integer().default(4) })];
}

export const steps = {
  async upgradeTo_2(step: { execute(sql: string): Promise<unknown> }) {
    await step.execute('alter table animal add column legs integer not null default 4');
  },
};

/** Each row refers forward: the first to the last, the last to itself. */
export async function fill(database: TestDatabase, rows = 3) {
  await database.execute(
    `insert into keeper (code, born) values ('b', '1899-12-31'), ('B', null), ('é', '2024-02-29')`,
  );
  const friends = Array.from(
    { length: rows },
    (_, at) => `(${at + 1}, 'animal ${at + 1}', ${at === 0 ? 'null' : at}, ${Math.min(at + 2, rows)})`,
  );
  const insert = `insert into animal (id, name, eats_id, friend_id) values ${friends.join(', ')}`;
  await database.execute(
    database.dialect === 'sqlite'
      ? `pragma foreign_keys = off; ${insert}; pragma foreign_keys = on`
      : `alter table animal disable trigger all; ${insert}; alter table animal enable trigger all; select setval('animal_id_seq', ${rows})`,
  );
  await database.execute(`insert into animal_keepers (animal_id, keeper_code) values (1, 'é'), (1, 'b'), (2, 'B')`);
}
