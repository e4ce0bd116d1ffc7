import { describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/sql';
import { AddingBank, bankEntities, installed, ledgerOf } from '../support/bank.ts';
import { postgresql, sqliteFile, sqliteMemory } from '../support/databases.ts';
import { withoutPatience } from '../support/hurry-locks.ts';

const OPENED = { accounts: 1, balance: 0, entries: 1, version: 1, stage: null, holder: null, log: 1 };
const LEVEL = { ...OPENED, balance: 3, version: 4, log: 4 };

const usable = (orm: MikroORM) => orm.em.fork().execute('select 1 as alive');

describe.each([postgresql, sqliteFile, sqliteMemory])('an ORM with a single connection on $name', kind => {
  const create = async () => installed(() => kind.create());

  test.each(['plan', 'step'] as const)(
    'two instances at the same moment do each step once, by %s',
    async transaction => {
      await using database = await create();
      const orm = await database.orm(bankEntities(), { pool: { min: 0, max: 1 } });
      const reports = await Promise.all([1, 2].map(() => new AddingBank(orm, 4).upgrade({ transaction })));
      expect(reports.map(({ to }) => to)).toEqual([4, 4]);
      const done = reports.flatMap(({ steps }) => steps.map(step => step.version));
      expect(done.toSorted((one, other) => one - other)).toEqual([2, 3, 4]);
      expect(await ledgerOf(database)).toEqual(LEVEL);
      expect(await usable(orm)).toEqual([{ alive: 1 }]);
    },
  );

  test('one instance called twice at the same moment does each step once', async () => {
    await using database = await create();
    const bank = new AddingBank(await database.orm(bankEntities(), { pool: { min: 0, max: 1 } }), 4);
    const reports = await Promise.all([bank.upgrade(), bank.upgrade()]);
    expect(reports.map(({ outcome }) => outcome).toSorted()).toEqual(['level', 'upgraded']);
    expect(await ledgerOf(database)).toEqual(LEVEL);
  });

  test('a transaction the application left open on it: the upgrade does not hang, and works once that is over', async () => {
    await using database = await create();
    const orm = await database.orm(bankEntities(), { pool: { min: 0, max: 1 } });
    const bank = new AddingBank(orm, 4);
    const forgotten = orm.em.fork();
    await forgotten.begin();

    await expect(withoutPatience(() => bank.upgrade({ waitMs: 100 }))).rejects.toMatchObject({
      code: 'UPGRADE_BUSY',
      message: expect.stringMatching(/all connections of the pool are in use/),
    });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(bank.upgrade({ signal })).rejects.toMatchObject({ code: 'UPGRADE_ABORTED' });

    await forgotten.rollback();
    expect(await bank.upgrade({ waitMs: 0 })).toMatchObject({ outcome: 'upgraded', to: 4 });
    expect(await ledgerOf(database)).toEqual(LEVEL);
    expect(await usable(orm)).toEqual([{ alive: 1 }]);
  });
});
