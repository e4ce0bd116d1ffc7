import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

const before = {
  Animal: defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string().length(20) } }),
};
const after = {
  Animal: defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      name: p.string().length(40),
      legs: p.integer(),
      weight: p.integer().nullable(),
      tame: p.boolean().default(false),
    },
  }),
};
type Story = Step<typeof before, typeof after>;

const ROWS = 40;
const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });

/** Something that is over once the event loop went round. */
const outside = () => new Promise(resolve => setTimeout(resolve, 1));

describe.each([sqliteMemory, postgresql])('what a step has under way on $name', kind => {
  let database: TestDatabase;
  let upgradeTo_2: (step: Story) => unknown;
  let upgrade: () => Promise<unknown>;
  let downgrade: () => Promise<unknown>;

  beforeAll(async () => {
    database = await kind.create({ pool: 1 });
    await new (schemaClass())(await database.orm([...bindModule(before, { name: 'before' }).all])).upgrade();
    const orm = await database.orm([...bindModule(after, { name: 'after' }).all]);
    const zoo = new (schemaClass({
      latest: 2,
      versions: { 1: frozen(before), 2: frozen(after) },
      upgradeTo_2: (step: Story) => upgradeTo_2(step),
      downgradeTo_1: (step: Story) => step.alterStorage(step.before.Animal, step.after.Animal),
    }))(orm);
    upgrade = () => zoo.upgrade();
    downgrade = () => zoo.downgrade(1);
    for (let id = 1; id <= ROWS; id += 1) await database.execute(`insert into animal (id, name) values (${id}, 'x')`);
  });
  afterAll(() => database.drop());

  /** Runs a step that is carried out, and takes it back. */
  async function done(step: (step: Story) => unknown) {
    upgradeTo_2 = step;
    expect(await upgrade()).toMatchObject({ outcome: 'upgraded' });
    const rows = await database.execute('select * from animal order by id');
    await downgrade();
    return rows;
  }

  /** Runs a step that fails, and of which nothing is left. */
  async function failure(step: (step: Story) => unknown): Promise<string> {
    const rows = await database.execute('select * from animal order by id');
    upgradeTo_2 = step;
    const error: unknown = await upgrade().then(
      report => report,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'STEP_FAILED', method: 'upgradeTo_2', deployed: 1 });
    await outside();
    expect(await database.execute('select * from animal order by id')).toEqual(rows);
    expect(await database.execute('select version from deployed_version')).toEqual([{ version: 1 }]);
    return (error as Error).message;
  }

  const everything = (step: Story) => [
    step.addProperty(step.after.Animal, 'legs', { fill: 4 }),
    step.addProperty(step.after.Animal, 'weight'),
    step.addProperty(step.after.Animal, 'tame'),
    step.alterProperty(step.before.Animal, step.after.Animal, 'name'),
    step.fill(step.after.Animal, 'weight', (row: { id: number }) => row.id),
  ];

  test('is done one after another, whatever the step awaits', async () => {
    const rows = await done(step => Promise.all(everything(step)));
    expect(rows).toHaveLength(ROWS);
    expect(rows[6]).toMatchObject({ id: 7, name: 'x', legs: 4, weight: 7 });
    expect(rows.every(row => Number(row['weight']) === row['id'] && Number(row['legs']) === 4)).toBe(true);
  });

  test('fails together with the first that fails', async () => {
    const message = await failure(step =>
      Promise.all([step.addProperty(step.after.Animal, 'legs'), ...everything(step)]),
    );
    expect(message).toContain('animal.legs is NOT NULL without a default');
  });

  test('is done inside the work of each()', async () => {
    const rows = await done(async step => {
      await Promise.all(everything(step));
      await step.each(step.after.Animal, { batch: 7 }, async animals => {
        await Promise.all(
          animals.map(({ id }) => step.execute('update animal set legs = legs + ? where id = ?', [id, id])),
        );
        await step.each(step.after.Animal, { batch: 30, where: { id: animals[0]?.id } }, async ([first]) => {
          if (first) await step.fill(step.after.Animal, 'tame', true, { where: `id = ${first.id}` });
        });
      });
    });
    expect(rows.map(row => row['legs'])).toEqual(Array.from({ length: ROWS }, (_, index) => index + 5));
    expect(rows.filter(row => Boolean(row['tame'])).map(row => row['id'])).toEqual([1, 8, 15, 22, 29, 36]);
  });

  test('is waited for at its end, and fails it by name', async () => {
    const cases: Readonly<Record<string, (step: Story) => unknown>> = {
      'each(Animal)': step =>
        void step.each(step.before.Animal, { batch: 7 }, async rows => {
          await outside();
          for (const row of rows) row.name = 'y';
        }),
      'execute(update animal set …)': step => void step.execute(`update animal set name = 'z'`),
      'fill(Animal.name)': step => void step.fill(step.before.Animal, 'name', () => outside().then(() => 'y')),
      'addProperty(Animal.weight)': step => void step.addProperty(step.after.Animal, 'weight'),
      'hasStorage(Animal)': step => void step.hasStorage(step.before.Animal),
    };
    for (const [name, step] of Object.entries(cases)) {
      const message = await failure(step);
      expect(message).toContain(`upgradeTo_2 returned while ${name} was still running. Await it.`);
    }
  });

  test('fails it by the statement where an EntityManager sends it', async () => {
    const cases: readonly ((step: Story) => unknown)[] = [
      step => void step.em.execute('select 1 as one from animal'),
      step => void step.before.em.find(step.before.Animal, {}),
      step => {
        const { Animal, em } = step.before;
        em.create(Animal, { id: 99, name: 'late' });
        void em.flush();
      },
      step => void step.em.transactional(em => em.execute(`update animal set name = 'w'`)),
      step => void step.before.em.createQueryBuilder(step.before.Animal).getResultList(),
    ];
    for (const step of cases) {
      expect(await failure(step)).toMatch(
        /upgradeTo_2 returned while "(?:select|insert|savepoint).*" was still running/,
      );
    }
  });

  test('fails the work of each() in the same way', async () => {
    const message = await failure(step =>
      step.each(step.before.Animal, { batch: 7 }, () => void step.execute(`update animal set name = 'z'`)),
    );
    expect(message).toContain('the work of each(Animal) returned while execute(update animal set …) was still running');
    const statement = await failure(step =>
      step.each(step.before.Animal, { batch: 7 }, () => void step.em.execute(`update animal set name = 'z'`)),
    );
    expect(statement).toContain('the work of each(Animal) returned while "update animal set …" was still running');
  });

  test('fails a step back and an installation in the same way', async () => {
    const Zoo = schemaClass({
      latest: 2,
      versions: { 1: frozen(before), 2: frozen(after) },
      upgradeTo_2: (step: Story) => Promise.all(everything(step)),
      downgradeTo_1: (step: Story) => void step.execute('delete from animal'),
      onInstall: (step: Story) => void step.execute(`insert into animal (id, name, legs) values (1, 'x', 4)`),
    });
    await using empty = await kind.create({ pool: 1 });
    const installing = new Zoo(await empty.orm([...bindModule(after, { name: 'fresh' }).all])).upgrade();
    await expect(installing).rejects.toThrow(
      /onInstall returned while execute\(insert into animal …\) was still running/,
    );
    const zoo = new Zoo(await database.orm([...bindModule(after, { name: 'back' }).all]));
    await zoo.upgrade();
    await expect(zoo.downgrade(1)).rejects.toThrow(
      /downgradeTo_1 returned while execute\(delete from animal …\) was still/,
    );
    expect(await database.execute('select id from animal')).toHaveLength(ROWS);
    await downgrade();
  });

  test('is not sent once the step has ended, and told', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    let release: () => void = () => undefined;
    const released = new Promise<void>(resolve => (release = resolve));
    const late: Promise<unknown>[] = [];
    await done(async step => {
      const strays: readonly (() => Promise<unknown>)[] = [
        () => step.execute(`update animal set name = 'z'`),
        () => step.each(step.before.Animal, () => undefined),
        () => step.em.execute(`update animal set name = 'z'`),
        () => step.before.em.find(step.before.Animal, {}),
      ];
      await Promise.all(everything(step));
      for (const stray of strays) late.push(released.then(stray).catch((error: unknown) => String(error)));
    });
    release();
    expect(await Promise.all(late)).toEqual([
      expect.stringContaining(
        'execute(update animal set …) came after upgradeTo_2 had returned, so it was not sent. Await it.',
      ),
      expect.stringContaining('each(Animal) came after upgradeTo_2 had returned, so it was not sent. Await it.'),
      expect.stringContaining('Transaction is already committed'),
      expect.stringContaining('Transaction is already committed'),
    ]);
    expect(await database.execute(`select id from animal where name <> 'x'`)).toEqual([]);
    expect(warn.mock.calls.map(([warning]) => warning)).toEqual([
      'zoo: execute(update animal set …) came after upgradeTo_2 had returned, so it was not sent. Await it.',
      'zoo: each(Animal) came after upgradeTo_2 had returned, so it was not sent. Await it.',
    ]);
    warn.mockRestore();
  });
});
