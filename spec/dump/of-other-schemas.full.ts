import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { doubleDump, dump, move, rehearse, restore } from '../../lib/dump/index.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';
import { filesOf, newFolder, versionsOf } from './releases.ts';

/* Accounts and bills, each a Schema: bills have foreign keys to the accounts. */

const accountsOf = () => ({
  Account: defineEntity({ name: 'Account', properties: { id: p.integer().primary(), name: p.string() } }),
});

const keyOf = () => ({
  Account: defineEntity({ name: 'Account', tableName: 'account', properties: { id: p.integer().primary() } }),
});

// oxlint-disable-next-line typescript/no-explicit-any -- the account of either Schema
function billsOf(version: number, Account: any) {
  const Bill = defineEntity({
    name: 'Bill',
    properties: {
      id: p.integer().primary(),
      account: () => p.manyToOne(Account).nullable(),
      payers: () => p.manyToMany(Account).owner(),
      ...(version > 1 && { note: p.string().nullable() }),
    },
  });
  return { Bill };
}

function frozenBills(version: number) {
  const others = keyOf();
  return { ...billsOf(version, others.Account), ofOtherSchemas: others };
}

async function shopOn(database: TestDatabase, latest = 1) {
  const { Account } = accountsOf();
  const orm = await database.orm({ Account, ...billsOf(latest, Account) });
  const Accounts = schemaClass({ guid: 'accounts', entities: ['Account'], versions: versionsOf(orm, [accountsOf()]) });
  const modules = [1, 2].slice(0, latest).map(frozenBills);
  const Bills = schemaClass(
    {
      guid: 'bills',
      entities: ['Bill'],
      latest,
      versions: versionsOf(orm, modules),
      dependsOn: { accounts: 1 },
      // oxlint-disable-next-line typescript/no-explicit-any -- a step as a spec writes it
      ...(latest > 1 && { upgradeTo_2: (step: any) => step.addProperty(step.after.Bill, 'note', { fill: null }) }),
    },
    { name: 'BillsSchema' },
  );
  return { accounts: new Accounts(orm), bills: new Bills(orm) };
}

async function filled(database: TestDatabase) {
  const shop = await shopOn(database);
  await shop.accounts.upgrade();
  await shop.bills.upgrade();
  await database.execute(`insert into account (id, name) values (1, 'Ann'), (2, 'Bob')`);
  await database.execute(`insert into bill (id, account_id) values (1, 2), (2, null)`);
  await database.execute(`insert into bill_payers (bill_id, account_id) values (2, 1)`);
  return shop;
}

const kinds = [
  // A server copies a database only while no other session uses it.
  { ...sqliteFile, rehearsed: ['file'] },
  { ...postgresql, rehearsed: [expect.stringContaining('End the other sessions')] },
];

describe.each(kinds)('a Schema with foreign keys to the tables of another one on $name', kind => {
  test('is dumped alone, and restored where the other one is', async () => {
    await using source = await kind.create();
    await using target = await kind.create();
    const shop = await filled(source);
    const [accounts, bills] = [newFolder(), newFolder()];
    await dump(shop.accounts, accounts);
    expect(await dump(shop.bills, bills)).toMatchObject({ rows: 3 });
    const there = await shopOn(target, 2);
    const empty = await stateOf(target);
    await expect(restore(there.bills, bills)).rejects.toMatchObject({
      code: 'RESTORE_REFUSED',
      message: expect.stringMatching(
        /bill\.account_id refers to account, which belongs to another Schema and is not in .*Restore or move that Schema first/,
      ),
    });
    expect(await stateOf(target)).toEqual(empty);
    await restore(there.accounts, accounts);
    await target.execute('delete from account where id = 1');
    const before = await stateOf(target);
    await expect(restore(there.bills, bills)).rejects.toMatchObject({
      code: 'RESTORE_REFUSED',
      message: expect.stringMatching(/bill_payers.jsonl:2 refers by account_id to a row of account .*: 1\./),
    });
    expect(await stateOf(target)).toEqual(before);
    await target.execute(`insert into account (id, name) values (1, 'Ann')`);
    expect(await restore(there.bills, bills)).toMatchObject({ from: 1, to: 2, rows: 3, drift: [] });
    expect(await target.execute('select id, account_id from bill order by id')).toEqual([
      { id: 1, account_id: 2 },
      { id: 2, account_id: null },
    ]);
  });

  test('moves after the other one, or is refused before anything is read', async () => {
    await using source = await kind.create();
    await using target = await (kind.dialect === 'sqlite' ? postgresql : sqliteFile).create();
    const { accounts, bills } = await filled(source);
    const parts: string[] = [];
    const orm = await target.orm([]);
    const empty = await stateOf(target);
    await expect(move(bills, orm, { onProgress: ({ phase }) => parts.push(phase) })).rejects.toMatchObject({
      code: 'RESTORE_REFUSED',
      message: expect.stringContaining('Restore or move that Schema first'),
    });
    expect(parts).toEqual([]);
    expect(await stateOf(target)).toEqual(empty);
    expect(await move(accounts, orm)).toMatchObject({ rows: 2, drift: [] });
    expect(await move(bills, orm, { install: true })).toMatchObject({ rows: 3, drift: [] });
    const there = await shopOn(target);
    const [here, moved] = [newFolder(), newFolder()];
    await dump(bills, here);
    await dump(there.bills, moved);
    expect(filesOf(moved)).toEqual(filesOf(here));
  });

  test('is rehearsed on a copy of all tables, and has no double dump test', async () => {
    await using database = await kind.create();
    await filled(database);
    const { bills } = await shopOn(database, 2);
    await expect(doubleDump(bills)).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringMatching(/version 1 refers to account of other Schemas, .*npx dejavu rehearse/),
    });
    const rehearsed = await rehearse(bills).then(
      ({ way }) => way,
      (error: Error) => error.message,
    );
    expect([rehearsed]).toEqual(kind.rehearsed);
  });
});
