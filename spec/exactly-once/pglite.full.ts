import { expect, test } from '@jest/globals';
import { AddingBank, Bank, bankEntities, ledgerOf } from '../support/bank.ts';
import { pglite } from '../support/databases.ts';

test('four ORMs on one PGlite, which is one process, do every step once', async () => {
  await using database = await pglite.create();
  const boot = async (latest: number) => {
    const orms = await Promise.all(Array.from({ length: 4 }, () => database.orm(bankEntities())));
    const upgrades = orms.map(orm => (latest === 1 ? new Bank(orm) : new AddingBank(orm, latest)).upgrade());
    return (await Promise.all(upgrades)).map(({ outcome }) => outcome).toSorted();
  };
  expect(await boot(1)).toEqual(['installed', 'level', 'level', 'level']);
  expect(await boot(11)).toEqual(['level', 'level', 'level', 'upgraded']);
  expect(await ledgerOf(database)).toMatchObject({ accounts: 1, balance: 10, entries: 1, version: 11, log: 11 });
});
