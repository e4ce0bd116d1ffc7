import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { schemaOn } from '../dump/releases.ts';
import { sqliteMemory } from '../support/databases.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- a step as a spec writes it
type AnyStep = any;

/* An entity stands for a join table: its rows stay when the relation goes, as long as the entity does. */

function clubs({ hasMembers, hasClub = true }: { hasMembers: boolean; hasClub?: boolean }) {
  const Person = defineEntity({ name: 'Person', properties: { id: p.integer().primary() } });
  const Club = defineEntity({
    name: 'Club',
    properties: {
      id: p.integer().primary(),
      ...(hasMembers && { members: () => p.manyToMany(Person).pivotEntity(() => Membership) }),
    },
  });
  const Membership = defineEntity({
    name: 'Membership',
    properties: {
      id: p.integer().primary(),
      ...(hasClub && { club: () => p.manyToOne(Club) }),
      person: () => p.manyToOne(Person),
    },
  });
  return { Person, Membership, ...(hasClub && { Club }) };
}

test.each([
  {
    what: 'its relation',
    after: { hasMembers: false },
    step: async (step: AnyStep) => step.dropProperty(step.before.Club, 'members'),
  },
  {
    what: 'the entity that owns the relation',
    after: { hasMembers: false, hasClub: false },
    step: async (step: AnyStep) => {
      await step.dropProperty(step.before.Membership, 'club');
      await step.dropStorage(step.before.Club);
    },
  },
])('an entity that stands for a join table keeps its rows without $what', async ({ after, step }) => {
  await using database = await sqliteMemory.create();
  const modules = [clubs({ hasMembers: true }), clubs(after)];
  await (await schemaOn(database, modules.slice(0, 1))).upgrade();
  for (const table of ['person', 'club']) await database.execute(`insert into ${table} (id) values (1)`);
  await database.execute('insert into membership (id, club_id, person_id) values (7, 1, 1)');
  const upgradeTo_2 = async (given: AnyStep) => step(given);
  const schema = await schemaOn(database, modules, { upgradeTo_2 });
  expect(await schema.upgrade({ allowLoss: true })).toMatchObject({ to: 2, drift: [] });
  expect(await database.execute('select id, person_id from membership')).toEqual([{ id: 7, person_id: 1 }]);
});
