import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
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

/** The Schema of the bills, in a process without that of the accounts. */
async function billsAlone(database: TestDatabase) {
  const { Account } = accountsOf();
  const orm = await database.orm({ Account, ...billsOf(1, Account) });
  const versions = versionsOf(orm, [frozenBills(1)]);
  const Bills = schemaClass({ guid: 'bills', entities: ['Bill'], versions, dependsOn: { accounts: 1 } });
  return { orm, Bills };
}

const kinds = [
  // A server copies a database only while no other session uses it.
  { ...sqliteFile, rehearsed: 'file' },
  { ...postgresql, rehearsed: 'dump' },
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

  test('has a double dump test with the rows of the other one next to it, across dialects too', async () => {
    await using database = await kind.create();
    await using other = await (kind.dialect === 'sqlite' ? postgresql : sqliteFile).create();
    await filled(database);
    const { bills } = await shopOn(database, 2);
    const before = await stateOf(database);
    const report = await doubleDump(bills, { across: await other.orm([]) });
    expect(report.checks.map(({ check, version, differences }) => [check, version, differences])).toEqual([
      ['again', 1, []],
      ['steps', 2, []],
      ['storage after steps', 2, []],
      ['in place', 1, []],
      ['storage', 1, []],
      ['new storage', 2, []],
      ['across', 1, []],
    ]);
    expect(await stateOf(database)).toEqual(before);
  });

  test('has old dumps tested with those of the other one in the same folder', async () => {
    await using database = await kind.create();
    const kept = newFolder();
    mkdirSync(kept);
    const shop = await filled(database);
    await dump(shop.bills, join(kept, 'bills-1'));
    const { bills } = await shopOn(database, 2);
    const alone = await doubleDump(bills, { dumps: kept });
    expect(alone.checks[0]).toMatchObject({
      check: 'again',
      differences: [
        { kind: 'error', error: { code: 'RESTORE_REFUSED', message: expect.stringContaining('a row of account') } },
      ],
    });
    await dump(shop.accounts, join(kept, 'accounts-1'));
    const report = await doubleDump(bills, { dumps: kept });
    expect(report).toMatchObject({ isEqual: true, dumps: [{ folder: join(kept, 'bills-1'), version: 1, rows: 3 }] });
  });

  test('is rehearsed on a copy of all tables', async () => {
    await using database = await kind.create();
    await filled(database);
    const { bills } = await shopOn(database, 2);
    const before = await stateOf(database);
    expect(await rehearse(bills)).toMatchObject({ from: 1, to: 2, way: kind.rehearsed, differences: [] });
    expect(await stateOf(database)).toEqual(before);
  });
});

/* Later releases: invoices of version 2 read what version 2 of the customers has, and the other way round for version 3. */

const customersOf = (version: number) => ({
  Customer: defineEntity({
    name: 'Customer',
    properties: { id: p.integer().primary(), ...(version > 1 && { country: p.string().default('it') }) },
  }),
});

// oxlint-disable-next-line typescript/no-explicit-any -- the customer of either Schema
function invoicesOf(version: number, Customer: any) {
  const Invoice = defineEntity({
    name: 'Invoice',
    properties: {
      id: p.integer().primary(),
      customer: () => p.manyToOne(Customer),
      ...(version > 1 && { country: p.string().nullable() }),
    },
  });
  return { Invoice };
}

function frozenInvoices(version: number) {
  const Customer = defineEntity({
    name: 'Customer',
    tableName: 'customer',
    properties: { id: p.integer().primary() },
  });
  return { ...invoicesOf(version, Customer), ofOtherSchemas: { Customer } };
}

async function tradeOn(database: TestDatabase, latest: number) {
  const { Customer } = customersOf(latest);
  const orm = await database.orm({ Customer, ...invoicesOf(latest, Customer) });
  const upTo = [1, 2].slice(0, latest);
  const Customers = schemaClass({
    guid: 'customers',
    latest,
    entities: ['Customer'],
    versions: versionsOf(orm, upTo.map(customersOf)),
    // oxlint-disable-next-line typescript/no-explicit-any -- a step as a spec writes it
    ...(latest > 1 && { upgradeTo_2: (step: any) => step.addProperty(step.after.Customer, 'country', { fill: 'it' }) }),
  });
  const Invoices = schemaClass(
    {
      guid: 'invoices',
      latest,
      entities: ['Invoice'],
      versions: versionsOf(orm, upTo.map(frozenInvoices)),
      ...(latest > 1 && {
        steps: { 2: { dependsOn: { customers: 2 } } },
        // oxlint-disable-next-line typescript/no-explicit-any -- a step as a spec writes it
        async upgradeTo_2(step: any) {
          await step.addProperty(step.after.Invoice, 'country', { fill: null });
          const customers = await step.of('customers');
          const [customer] = await customers.em.find(customers.Customer, {});
          await step.execute('update invoice set country = ?', [customer.country]);
        },
      }),
    },
    { name: 'InvoicesSchema' },
  );
  return { customers: new Customers(orm), invoices: new Invoices(orm) };
}

test.each([sqliteFile, postgresql])('those it needs are brought up before the step that asks, on $name', async kind => {
  await using database = await kind.create();
  const now = await tradeOn(database, 1);
  await now.customers.upgrade();
  await now.invoices.upgrade();
  await database.execute('insert into customer (id) values (7)');
  await database.execute('insert into invoice (id, customer_id) values (1, 7)');
  const before = await stateOf(database);
  const next = await tradeOn(database, 2);
  const report = await doubleDump(next.invoices);
  expect(report.checks.map(({ check, version, differences }) => [check, version, differences])).toEqual([
    ['again', 1, []],
    ['steps', 2, []],
    ['storage after steps', 2, []],
    ['in place', 1, []],
    ['storage', 1, []],
    ['new storage', 2, []],
  ]);
  expect(await stateOf(database)).toEqual(before);
  // A step on a copy reads the other Schema in the copy.
  await next.customers.upgrade();
  expect(await rehearse(next.invoices)).toMatchObject({ from: 1, to: 2, differences: [] });
  expect(await next.invoices.deployed()).toBe(1);
});

test('one that needs a Schema which is not on its ORM has no double dump test', async () => {
  await using database = await sqliteFile.create();
  const { orm, Bills } = await billsAlone(database);
  const before = await stateOf(database);
  await expect(doubleDump(new Bills(orm))).rejects.toMatchObject({
    code: 'TARGET_INVALID',
    message: expect.stringMatching(
      /version 1 needs accounts, and no Schema of this ORM has that.*Make that Schema on the same ORM/,
    ),
  });
  expect(await stateOf(database)).toEqual(before);
});
