import assert from 'node:assert/strict';
import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, raw, type EntitySchema } from '@mikro-orm/core';
import type { Step, StepFailedError } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { photograph } from '../support/life/rows.ts';
import { schemaClass } from '../support/schemas.ts';

interface Sides {
  readonly Animal: EntitySchema;
}
type AnyStep = Step<Sides, Sides>;

function animals(properties: Record<string, unknown>, more: object = {}): Sides {
  return {
    Animal: defineEntity({
      name: 'Animal',
      properties: { id: p.integer().primary(), ...properties },
      ...more,
    } as never),
  };
}

/** A database of `before` with rows, on which a step is run; answers how that ended. */
async function attempt(
  database: TestDatabase,
  sides: readonly [Sides, Sides],
  rows: string,
  work: (step: AnyStep) => Promise<unknown>,
): Promise<unknown> {
  const [before, after] = sides;
  const first = await database.orm([...bindModule({ ...before }, { name: 'before' }).all]);
  await new (schemaClass({ latest: 1 }))(first).upgrade();
  await database.execute(rows);
  const was = await photograph(database);
  const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });
  const orm = await database.orm([...bindModule({ ...after }, { name: 'after' }).all]);
  const zoo = new (schemaClass({
    latest: 2,
    versions: { 1: frozen(before), 2: frozen(after) },
    upgradeTo_2: async (step: AnyStep) => void (await work(step)),
  }))(orm);
  try {
    await zoo.upgrade();
    return undefined;
  } catch (error) {
    const { code, deployed, cause } = error as StepFailedError;
    assert.deepEqual({ code, deployed }, { code: 'STEP_FAILED', deployed: 1 });
    assert.deepEqual(await photograph(database), was);
    return cause;
  }
}

const name = { name: p.string() };
const three = `insert into animal (id, name) values (1, 'Leo'), (2, 'Elsa'), (3, 'Leo')`;

for (const kind of databases) {
  describe(`an operation on ${kind.name}`, () => {
    test('refuses to drop an index by properties where one by another name is over them', async () => {
      await using database = await kind.create();
      const [indexed, bare] = [animals({ name: p.string().index() }), animals(name)];
      const meant = await attempt(database, [bare, indexed], `${three}; create index by_name on animal (name)`, step =>
        step.dropIndex(step.after.Animal, ['name']),
      );
      expect(meant).toMatchObject({
        code: 'OPERATION_REFUSED',
        message: expect.stringMatching(
          /animal has no index animal_name_index, but by_name over the same columns\. If that is the one, drop it by its name/,
        ),
      });
    });

    test('refuses a new NOT NULL property with SQL that is null for rows, and says for how many', async () => {
      await using database = await kind.create({ pool: 1 });
      const [before, after] = [animals(name), animals({ ...name, label: p.string() })];
      const refused = await attempt(database, [before, after], three, step =>
        step.addProperty(step.after.Animal, 'label', { fill: raw(`case when name = 'Elsa' then null else name end`) }),
      );
      expect(refused).toMatchObject({
        code: 'OPERATION_REFUSED',
        message: expect.stringMatching(
          /animal\.label is NOT NULL, and its fill is null for 1 row\. Pass another fill\./,
        ),
        rows: 1,
      });
    });

    test('refuses a new NOT NULL property without a fill, and says for how many rows', async () => {
      await using database = await kind.create({ pool: 1 });
      const error = await attempt(database, [animals(name), animals({ ...name, legs: p.integer() })], three, step =>
        step.addProperty(step.after.Animal, 'legs'),
      );
      expect(error).toMatchObject({
        code: 'OPERATION_REFUSED',
        rows: 3,
        message:
          'zoo: animal.legs is NOT NULL without a default, and the table has 3 rows. Pass a value for existing rows: { fill: … }.',
      });
    });

    test('adds it to a table without rows', async () => {
      await using database = await kind.create({ pool: 1 });
      const sides = [animals(name), animals({ ...name, legs: p.integer() })] as const;
      expect(
        await attempt(database, sides, 'delete from animal', step => step.addProperty(step.after.Animal, 'legs')),
      ).toBeUndefined();
    });

    test('refuses NOT NULL over nulls, and counts them', async () => {
      await using database = await kind.create({ pool: 1 });
      const sides = [animals({ name: p.string().nullable() }), animals(name)] as const;
      const rows = `insert into animal (id, name) values (1, null), (2, 'Leo'), (3, null)`;
      const error = await attempt(database, sides, rows, step =>
        step.alterProperty(step.after.Animal, 'name' as never),
      );
      expect(error).toMatchObject({
        rows: 2,
        message: 'zoo: animal.name cannot become NOT NULL: 2 rows are null. Pass a value for them: { fill: … }.',
      });
    });

    test('refuses a unique index over equal rows, and shows the first of them', async () => {
      await using database = await kind.create({ pool: 1 });
      const unique = animals(name, { uniques: [{ name: 'animal_name_unique', properties: ['name'] }] });
      const error = await attempt(database, [animals(name), unique], three, step =>
        step.addIndex(step.after.Animal, 'animal_name_unique'),
      );
      expect(error).toMatchObject({
        rows: 1,
        message:
          'zoo: animal (name) cannot become unique: 1 value occurs in several rows: "Leo" (2 rows). Change those rows first.',
      });
    });

    test('refuses a type that rows do not fit, and counts them', async () => {
      await using database = await kind.create({ pool: 1 });
      const sides = [animals({ name: p.text() }), animals({ name: p.integer() })] as const;
      const rows = `insert into animal (id, name) values (1, '12'), (2, 'twelve'), (3, '1.5')`;
      const error = await attempt(database, sides, rows, step =>
        step.alterProperty(step.after.Animal, 'name' as never),
      );
      expect(error).toMatchObject({ code: 'OPERATION_REFUSED', rows: 2 });
    });

    test('changes a type that all rows fit', async () => {
      await using database = await kind.create({ pool: 1 });
      const sides = [animals({ name: p.text() }), animals({ name: p.integer() })] as const;
      const rows = `insert into animal (id, name) values (1, '12'), (2, '-7')`;
      expect(
        await attempt(database, sides, rows, step => step.alterProperty(step.after.Animal, 'name' as never)),
      ).toBeUndefined();
      expect(await database.execute('select name from animal order by id')).toEqual([{ name: 12 }, { name: -7 }]);
    });

    test('refuses a check that rows do not pass', async () => {
      await using database = await kind.create({ pool: 1 });
      const checked = animals(name, { checks: [{ name: 'animal_short', expression: 'length(name) < 4' }] });
      const error = await attempt(database, [animals(name), checked], three, step =>
        step.addCheck(step.after.Animal, 'animal_short'),
      );
      expect(error).toMatchObject({ rows: 1, message: expect.stringContaining('fails for 1 row') });
    });

    test('does nothing the second time: adding, dropping, renaming, creating', async () => {
      await using database = await kind.create({ pool: 1 });
      const before = animals({ name: p.string(), old: p.string().nullable(), gone: p.integer().nullable() });
      const after = animals({ name: p.string().index(), fresh: p.string().nullable(), legs: p.integer().default(4) });
      const twice = async (work: () => Promise<unknown>) => {
        await work();
        await work();
      };
      const rows = `insert into animal (id, name, old) values (1, 'Leo', 'kept')`;
      const error = await attempt(database, [before, after], rows, async step => {
        await twice(() => step.addProperty(step.after.Animal, 'legs'));
        await twice(() => step.dropProperty(step.before.Animal, 'gone'));
        await twice(() => step.renameProperty(step.before.Animal, 'old', step.after.Animal, 'fresh'));
        await twice(() => step.addIndex(step.after.Animal, ['name'] as never));
        await twice(() => step.alterProperty(step.after.Animal, 'name' as never));
        await step.createStorage(step.after.Animal);
      });
      expect(error).toBeUndefined();
      expect(await database.execute('select name, fresh, legs from animal')).toEqual([
        { name: 'Leo', fresh: 'kept', legs: 4 },
      ]);
    });

    test('shows both when a property is there, and different', async () => {
      await using database = await kind.create({ pool: 1 });
      const sides = [
        animals({ ...name, legs: p.text().nullable() }),
        animals({ ...name, legs: p.integer().nullable() }),
      ] as const;
      const error = await attempt(database, sides, three, step => step.addProperty(step.after.Animal, 'legs'));
      expect(error).toMatchObject({
        code: 'OPERATION_REFUSED',
        message: expect.stringMatching(/animal\.legs already exists, but differs: text, wanted int.*alterProperty/),
      });
    });

    test('names column and table of what is nowhere to be renamed', async () => {
      await using database = await kind.create({ pool: 1 });
      const sides = [
        animals({ ...name, wings: p.integer().nullable() }),
        animals({ ...name, arms: p.integer().nullable() }),
      ] as const;
      const error = await attempt(database, sides, 'alter table animal drop column wings', step =>
        step.renameProperty(step.before.Animal, 'wings', step.after.Animal, 'arms'),
      );
      expect(error).toMatchObject({
        message: 'zoo: the column wings of animal cannot be renamed to arms: neither column exists. Use addProperty().',
      });
    });

    test('names the property an entity does not have, and those it has', async () => {
      await using database = await kind.create({ pool: 1 });
      const error = await attempt(database, [animals(name), animals(name)], three, step =>
        step.dropProperty(step.before.Animal, 'wings'),
      );
      expect(error).toMatchObject({ message: 'zoo: Animal has no property wings. Its properties are id, name.' });
    });
  });
}
