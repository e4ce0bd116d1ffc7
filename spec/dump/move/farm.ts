import { defineEntity, p } from '@mikro-orm/core';
import { openOrm, type TestDatabase } from '../../support/databases.ts';
import { schemaOn, type Modules } from '../releases.ts';

function farm(more: object = {}) {
  const Barn = defineEntity({ name: 'Barn', properties: { id: p.integer().primary(), name: p.string() } });
  const Cow = defineEntity({
    name: 'Cow',
    properties: {
      id: p.integer().primary(),
      barn: () => p.manyToOne(Barn),
      born: p.datetime().nullable(),
      milk: p.decimal().precision(12).scale(3).nullable(),
      notes: p.json<unknown>().nullable(),
      ...more,
    },
  });
  return { Barn, Cow };
}

/** Cows in barns, who have a name in the second release. */
export const releases: Modules = [farm(), farm({ name: p.string().nullable() })];

// oxlint-disable-next-line typescript/no-explicit-any -- a step as a spec writes it
const upgradeTo_2 = (step: any) => step.addProperty(step.after.Cow, 'name', { fill: null });

/** The Schema on the database at an address, or on one. */
export async function schemaOf(database: TestDatabase | string, modules: Modules) {
  const found =
    typeof database === 'string' ? ({ orm: async entities => openOrm(database, entities) } as TestDatabase) : database;
  return schemaOn(found, modules, modules.length > 1 ? { upgradeTo_2 } : {});
}

export const COWS = 2500;

/** Fills a database that is at the first version. */
export async function fill(database: TestDatabase): Promise<void> {
  await database.execute(`insert into barn (id, name) values (1, 'North'), (2, 'Süd')`);
  const moment = database.dialect === 'sqlite' ? '1509239766123' : `'2017-10-29 01:16:06.123+00'`;
  const rows = Array.from(
    { length: COWS },
    (_, at) => `(${at + 1}, ${(at % 2) + 1}, ${moment}, ${at}.125, '{"a":[${at},null]}')`,
  );
  await database.execute(`insert into cow (id, barn_id, born, milk, notes) values ${rows.join(', ')}`);
}
