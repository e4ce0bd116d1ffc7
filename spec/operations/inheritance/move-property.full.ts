import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p, raw, type EntitySchema } from '@mikro-orm/core';
import type { Step } from '../../../lib/index.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { photograph } from '../../support/life/rows.ts';
import { schemaClass } from '../../support/schemas.ts';

type Module = Readonly<Record<string, EntitySchema>>;
type Sides = Step<Module, Module>;

/** Dogs, which are pets, in a table each. */
function pets(own: object, ofDogs: object): Module {
  const Pet = defineEntity({
    name: 'Pet',
    inheritance: 'tpt',
    properties: { id: p.integer().primary(), ...own },
  } as never) as EntitySchema;
  return { Pet, Dog: defineEntity({ name: 'Dog', extends: Pet, properties: ofDogs } as never) as EntitySchema };
}

const sides = ({ before, after }: Sides) => {
  const of = (module: Module, name: string) => module[name] as EntitySchema;
  return {
    before: { Pet: of(before, 'Pet'), Dog: of(before, 'Dog') },
    after: { Pet: of(after, 'Pet'), Dog: of(after, 'Dog') },
  };
};
const legs = () => ({ legs: p.integer() });
const rows = ['insert into pet (id) values (1), (2)', 'insert into dog (id, legs) values (1, 3)'];
const bound = (module: Module, name: string) => [...bindModule({ ...module }, { name }).all];
const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });

async function empty(database: TestDatabase): Promise<void> {
  if (database.dialect === 'postgresql') {
    await database.execute('drop schema public cascade; create schema public');
    return;
  }
  await database.execute('pragma foreign_keys = off');
  const tables = await database.execute<{ name: string }>(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite%'`,
  );
  for (const { name } of tables) await database.execute(`drop table "${name}"`);
}

for (const kind of [sqliteMemory, postgresql]) {
  describe(`on ${kind.name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await kind.create();
    });
    afterAll(() => database.drop());

    async function upgrade(
      { from, to, given }: { from: () => Module; to: () => Module; given: readonly string[] },
      work: (step: Sides) => Promise<unknown>,
    ) {
      const install = async (module: Module) => {
        await empty(database);
        await new (schemaClass({ latest: 1 }))(await database.orm(bound(module, 'fresh'))).upgrade();
      };
      await install(to());
      const { storage: fresh } = await photograph(database);
      await install(from());
      for (const row of given) await database.execute(row);
      const before = await photograph(database);
      const Zoo = schemaClass({
        latest: 2,
        versions: { 1: frozen(from()), 2: frozen(to()) },
        upgradeTo_2: async (step: Sides) => void (await work(step)),
      });
      const result = await new Zoo(await database.orm(bound(to(), 'now'))).upgrade().catch((error: Error) => error);
      const now = await photograph(database);
      // A step that fails leaves everything as it was.
      expect(result instanceof Error ? now : now.storage).toEqual(result instanceof Error ? before : fresh);
      return { result, rows: now.rows };
    }

    const up = { from: () => pets({}, legs()), to: () => pets(legs(), {}), given: rows };
    const down = {
      from: () => pets(legs(), {}),
      to: () => pets({}, legs()),
      given: ['insert into pet (id, legs) values (1, 3), (2, 4)', 'insert into dog (id) values (1)'],
    };

    test.each<[string, unknown, number]>([
      ['a value', 7, 7],
      ['SQL over the row', raw('id * 10'), 20],
      ['a function of the row', (row: { id: number }) => row.id * 100, 200],
    ])('rows without a value get %s, and no other row does', async (_, fill, legsOfTheOther) => {
      const { rows: left } = await upgrade(up, async step => {
        const { before, after } = sides(step);
        await step.moveProperty(before.Dog, after.Pet, 'legs' as never, { fill: fill as never });
      });
      expect(left).toMatchObject({
        pet: [
          { id: 1, legs: 3 },
          { id: 2, legs: legsOfTheOther },
        ],
        dog: [{ id: 1 }],
      });
    });

    test('moved twice is moved once', async () => {
      const { rows: left } = await upgrade(up, async step => {
        const { before, after } = sides(step);
        await step.moveProperty([before.Dog], after.Pet, 'legs' as never, { fill: 0 as never });
        await step.fill(after.Pet, 'legs' as never, 5 as never, { where: 'id = 1' });
        await step.moveProperty([before.Dog], after.Pet, 'legs' as never);
      });
      expect(left).toMatchObject({
        pet: [
          { id: 1, legs: 5 },
          { id: 2, legs: 0 },
        ],
      });
    });

    test('rows whose value has no place to go to are counted, and nothing is touched', async () => {
      const { result } = await upgrade(down, async step => {
        const { before, after } = sides(step);
        await step.moveProperty(before.Pet, [after.Dog], 'legs' as never);
      });
      expect(result).toMatchObject({
        message: expect.stringMatching(
          /pet\.legs cannot move to (?:public\.)?dog: 1 row has a value and no row there\. Move those values first, or give them up: \{ discard: true \}\./,
        ),
      });
    });

    test('their values are given up if that is asked for', async () => {
      const { rows: left } = await upgrade(down, async step => {
        const { before, after } = sides(step);
        await step.moveProperty(before.Pet, after.Dog, 'legs' as never, { discard: true });
      });
      expect(left).toMatchObject({ pet: [{ id: 1 }, { id: 2 }], dog: [{ id: 1, legs: 3 }] });
      expect(left).not.toMatchObject({ pet: [{ legs: 3 }, {}] });
    });

    test('a column of that name that is another is not written into', async () => {
      const given = [...rows, 'alter table pet add column legs varchar(20)'];
      const { result } = await upgrade({ ...up, given }, async step => {
        const { before, after } = sides(step);
        await step.moveProperty(before.Dog, after.Pet, 'legs' as never, { fill: 0 as never });
      });
      expect(result).toMatchObject({ message: expect.stringContaining('legs already exists, but differs') });
    });

    test('a many-to-many is not moved, and the error says how to do it', async () => {
      const withToys = (): Module => {
        const Toy = defineEntity({ name: 'Toy', properties: { id: p.integer().primary() } });
        return { ...pets({}, { toys: () => p.manyToMany(Toy) }), Toy };
      };
      const { result } = await upgrade({ from: withToys, to: withToys, given: [] }, async step => {
        const { before, after } = sides(step);
        await step.moveProperty(before.Dog, after.Dog, 'toys' as never);
      });
      expect(result).toMatchObject({
        message: expect.stringContaining('Dog.toys is stored in a table between two entities'),
      });
    });
  });
}
