import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { rehearse } from '../../../lib/dump/index.ts';
import { plan } from '../../../lib/plan/index.ts';
import { pglite, type TestDatabase } from '../../support/databases.ts';
import { schemaOn, type Modules } from '../releases.ts';

/* PGlite has one connection to one database: a copy is another PGlite in memory. */

const animals = (more: object = {}) => ({
  Animal: defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string(), ...more } }),
});
const releases: Modules = [animals(), animals({ legs: p.integer().default(4) })];

let database: TestDatabase;
beforeAll(async () => {
  database = await pglite.create();
  await (await schemaOn(database, releases.slice(0, 1))).upgrade();
  await database.execute(`insert into animal (name) values ('Leo'), ('Zoë')`);
}, 60_000);
afterAll(() => database.drop());

// oxlint-disable-next-line typescript/no-explicit-any -- a step as a spec writes it
const upgradeTo_2 = async (step: any) => {
  await step.addProperty(step.after.Animal, 'legs', { fill: 4 });
  await step.execute(`insert into animal (name) values ('Kim')`);
};

const untouched = async () => {
  expect(await database.execute('select * from animal order by id')).toEqual([
    { id: 1, name: 'Leo' },
    { id: 2, name: 'Zoë' },
  ]);
  expect(await database.execute('select version from deployed_version')).toEqual([{ version: 1 }]);
};

test('a rehearsal runs the steps on a copy of the rows, and the database stays as it was', async () => {
  const report = await rehearse(await schemaOn(database, releases, { upgradeTo_2 }));
  expect(report).toMatchObject({ from: 1, to: 2, outcome: 'upgraded', way: 'dump', differences: [], kept: [] });
  expect(report.tables).toMatchObject([
    { table: 'animal', rowsBefore: 2, rowsAfter: 3, changed: ['+ legs integer not null'] },
  ]);
  await untouched();
});

test('a live plan runs the steps in the database itself, and takes them back', async () => {
  const made = await plan(await schemaOn(database, releases, { upgradeTo_2 }), undefined, { live: true });
  expect(made.steps).toMatchObject([{ method: 'upgradeTo_2', ms: expect.any(Number), unseen: undefined }]);
  await untouched();
});
