// oxlint-disable jest/no-conditional-expect -- the drivers differ in how exactly they read a number
import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { databases } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

/** In no order of any dialect, and with neighbours that only a collation brings together. */
const WORDS = ['b', 'A', 'a', 'ä', 'Z', 'B', '_', 'é', 'e', '10', '9', 'ß', 'ss', ' x', 'ab', 'a b', 'Ab'];
const UUIDS = WORDS.map(
  (_, index) =>
    `${((index * 7919) % 16).toString(16)}${'0'.repeat(7)}-0000-4000-8000-${String((index * 31) % 17).padStart(12, 'f')}`,
);

interface Keyed {
  readonly key: (dialect: 'sqlite' | 'postgresql') => object;
  readonly rows: readonly object[];
}

const KEYS: Readonly<Record<string, Keyed>> = {
  'a uuid': { key: () => ({ id: p.uuid().primary() }), rows: UUIDS.map(id => ({ id })) },
  'a text': { key: () => ({ id: p.string().primary() }), rows: WORDS.map(id => ({ id })) },
  'a text in a collation of its own': {
    key: dialect => ({
      id: p
        .string()
        .collation(dialect === 'sqlite' ? 'RTRIM' : 'en-x-icu')
        .primary(),
    }),
    rows: WORDS.map(id => ({ id })),
  },
  'several columns, of which the last counts down': {
    key: () => ({ name: p.string().primary(), place: p.integer().primary() }),
    rows: WORDS.flatMap((name, index) => [3, 2, 1].map(place => ({ name, place: place * 10 - index }))),
  },
  'a number, from high to low and below zero': {
    key: () => ({ id: p.bigint('string').primary().autoincrement(false) }),
    rows: ['9007199254740991', '5', '-3', '0', '-9007199254740991', '4', '10'].map(id => ({ id })),
  },
};

describe.each(databases)('on $name each() meets every row once, and fill() too, by', kind => {
  test.each(Object.entries(KEYS))('%s', async (_, { key, rows }) => {
    await using database = await kind.create();
    const Ticket = (more: object = {}) =>
      defineEntity({
        name: 'Ticket',
        properties: { ...key(kind.dialect), met: p.integer().default(0), ...more },
      } as never) as EntitySchema;
    const orm = await database.orm([Ticket()]);
    await new (schemaClass({ latest: 1 }))(orm).upgrade();
    await orm.em.fork().insertMany('Ticket' as never, [...rows] as never[]);

    const After = Ticket({ note: p.string().nullable() });
    const met: string[] = [];
    const upgradeTo_2 = async (step: Step) => {
      await step.addProperty(After as never, 'note' as never);
      await step.each(
        After as never,
        { batch: 4 },
        (found: { met: number; id?: unknown; name?: unknown; place?: unknown }[]) => {
          for (const row of found) {
            met.push(JSON.stringify([row.id, row.name, row.place]));
            row.met += 1;
          }
        },
      );
      await step.fill(After as never, 'note' as never, (row: { met: number }) => `met ${row.met}`, {
        batch: 4,
      });
    };
    await new (schemaClass({ latest: 2, upgradeTo_2 }))(await database.orm([After])).upgrade();

    expect(new Set(met).size).toBe(rows.length);
    expect(met).toHaveLength(rows.length);
    expect(await database.execute('select met, note, count(*) as n from ticket group by met, note')).toMatchObject([
      { met: 1, note: 'met 1', n: expect.anything() },
    ]);
  });
});

describe.each(databases)('on $name keys beyond the whole numbers of JavaScript', kind => {
  test.each(['string', 'bigint'] as const)(
    'as a %s: every change is written, or each() says of how many rows it is not',
    async mode => {
      await using database = await kind.create();
      const Ticket = () =>
        defineEntity({
          name: 'Ticket',
          properties: { id: p.bigint(mode).primary().autoincrement(false), met: p.integer().default(0) },
        }) as EntitySchema;
      await new (schemaClass({ latest: 1 }))(await database.orm([Ticket()])).upgrade();
      await database.execute(
        'insert into ticket (id, met) values (9007199254740993, 0), (-9007199254740995, 0), (7, 0)',
      );
      const met: string[] = [];
      const meet = (Entity: EntitySchema, change: (row: { met: number }) => void) => async (step: Step) => {
        await step.each(Entity as never, (found: { id: unknown; met: number }[]) => {
          for (const row of found) {
            met.push(String(row.id));
            change(row);
          }
        });
      };
      const After = Ticket();
      const orm = await database.orm([After]);
      const counting = meet(After, row => (row.met += 1));
      const upgrading = new (schemaClass({ latest: 2, upgradeTo_2: counting }))(orm).upgrade();
      if (kind.dialect === 'sqlite') {
        await expect(upgrading).rejects.toMatchObject({ code: 'STEP_FAILED', cause: { rows: 2 } });
        expect(await database.execute('select met, count(*) as n from ticket group by met')).toEqual([
          { met: 0, n: 3 },
        ]);
        met.length = 0;
        // Reading them is no harm
        const Again = Ticket();
        const reading = meet(Again, () => {});
        await new (schemaClass({ latest: 2, upgradeTo_2: reading }))(await database.orm([Again])).upgrade();
        expect(met).toHaveLength(3);
      } else {
        await upgrading;
        expect(met.toSorted()).toEqual(['-9007199254740995', '7', '9007199254740993']);
        expect(await database.execute('select met, count(*)::int as n from ticket group by met')).toEqual([
          { met: 1, n: 3 },
        ]);
      }
    },
  );
});
