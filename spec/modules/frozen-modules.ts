import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type MikroORM } from '@mikro-orm/sql';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { upgradeAll, type Step, type Versions } from '../../lib/index.ts';
import { plan } from '../../lib/plan/index.ts';
import { verify } from '../../lib/verify/index.ts';
import type { DatabaseKind, TestDatabase } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

/* Accounts and bills, each with frozen versions: bills have a foreign key to the accounts. */

/** Accounts got a country with version 2, which with version 3 only a newer release may use. */
function accountsOf(version: number) {
  return {
    Account: defineEntity({
      name: 'Account',
      properties: {
        id: p.integer().primary(),
        name: p.string(),
        ...(version > 1 && version < 4 && { country: p.string().default('it') }),
      },
    }),
  };
}

/** What a version of the bills says of accounts. */
const otherAccount = () =>
  defineEntity({ name: 'Account', tableName: 'account', properties: { id: p.integer().primary() } });

/** Bills began as numbers, and belong to an account from version 2 on. */
function billsOf(version: number, Account: ReturnType<typeof otherAccount>) {
  return {
    Bill: defineEntity({
      name: 'Bill',
      properties: {
        id: p.integer().primary(),
        number: p.string(),
        ...(version > 1 && {
          account: () => p.manyToOne(Account).nullable(),
          payers: () => p.manyToMany(Account).owner(),
          country: p.string().nullable(),
        }),
      },
    }),
  };
}

function frozenBills(version: number) {
  const Account = otherAccount();
  return { ...billsOf(version, Account), ...(version > 1 && { ofOtherSchemas: { Account } }) };
}

function versionsOf(orm: MikroORM, modules: Readonly<Record<number, object>>): Versions {
  return Object.fromEntries(
    Object.entries(modules).map(([version, module]) => [
      version,
      {
        fingerprint: fingerprint(describeModule(orm, module, { name: `version ${version}` })),
        load: async () => module,
      },
    ]),
  );
}

type V2 = ReturnType<typeof frozenBills>;

const ACCOUNT_STEPS = {
  upgradeTo_2: (step: Step<never, never>) =>
    step.addProperty(Reflect.get(step.after, 'Account'), 'country' as never, {}),
  upgradeTo_3: () => {},
  upgradeTo_4: (step: Step<never, never>) => step.dropProperty(Reflect.get(step.before, 'Account'), 'country' as never),
};

interface Release {
  readonly accounts: number;
  readonly bills: number;
  readonly wants?: number;
  readonly reads?: (step: Step<V2, V2>) => unknown;
}

async function release(database: TestDatabase, { accounts, bills, wants = 2, reads = () => {} }: Release) {
  const { Account } = accountsOf(accounts);
  const orm = await database.orm({ Account, ...billsOf(bills, Account as never) });
  const numbers = (latest: number) => Array.from({ length: latest }, (_, index) => index + 1);
  const Accounts = schemaClass(
    {
      guid: 'accounts',
      entities: ['Account'],
      latest: accounts,
      versions: versionsOf(orm, Object.fromEntries(numbers(accounts).map(version => [version, accountsOf(version)]))),
      ...(accounts > 2 && { steps: { 3: { compatible: 1 } } }),
      ...Object.fromEntries(Object.entries(ACCOUNT_STEPS).slice(0, accounts - 1)),
    },
    { name: 'AccountsSchema' },
  );
  const Bills = schemaClass(
    {
      guid: 'bills',
      entities: ['Bill'],
      latest: bills,
      versions: versionsOf(orm, Object.fromEntries(numbers(bills).map(version => [version, frozenBills(version)]))),
      ...(bills > 1 && {
        steps: { 2: { dependsOn: { accounts: wants } } },
        async upgradeTo_2(step: Step<V2, V2>) {
          await step.alterStorage(step.before.Bill, step.after.Bill);
          await step.addProperty(step.after.Bill, 'payers' as never, {});
          await reads(step);
        },
      }),
    },
    { name: 'BillsSchema' },
  );
  return { orm, accounts: new Accounts(orm), bills: new Bills(orm) };
}

/** Every bill gets the account that its number begins with. */
async function findAccounts(step: Step<V2, V2>) {
  const accounts = await step.of<ReturnType<typeof accountsOf>>('accounts');
  const all = await accounts.em.find(accounts.Account, {});
  const { em, Bill } = step.after;
  for (const bill of await em.find(Bill, {})) {
    const account = all.find(one => bill.number.startsWith(one.name));
    em.assign(bill, { account: account?.id, country: Reflect.get(account ?? {}, 'country') } as never);
  }
}

/** Declares the tests of frozen versions that refer to each other. */
export function describeFrozenModules(kinds: readonly DatabaseKind[]): void {
  describe.each(kinds)('frozen versions of two modules on $name', kind => {
    test('have foreign keys to each other, and a step reads the other as it asked for it', async () => {
      await using database = await kind.create();
      const one = await release(database, { accounts: 1, bills: 1 });
      await upgradeAll([one.bills, one.accounts]);
      await database.execute(`insert into account (id, name) values (1, 'Ann'), (2, 'Bob')`);
      await database.execute(`insert into bill (id, number) values (7, 'Bob 1')`);

      const two = await release(database, { accounts: 4, bills: 2, reads: findAccounts });
      // What the step reads of the other Schema is shown, although that is still at version 1.
      const [planned] = (await plan(two.bills)).steps;
      expect(planned?.unseen).toBe(undefined);
      expect(planned?.operations.map(({ verb, subject }) => `${verb} ${subject}`)).toEqual([
        'alterStorage Bill',
        'addProperty Bill.payers',
        'of accounts at version 2',
        'em ',
      ]);
      expect(planned?.operations.at(-1)?.sql.join()).toMatch(/select .* from .account. /);
      const [live] = (await plan(two.bills, 2, { live: true })).steps;
      expect(live).toMatchObject({
        operations: [],
        unseen: {
          why: 'later',
          reason:
            'upgradeTo_2 did not run: it needs accounts at version 2, and it is at version 1. Bring that up first.',
        },
      });
      await expect(two.bills.upgrade()).rejects.toMatchObject({ code: 'DEPENDENCY_MISSING' });
      const { schemas } = await upgradeAll([two.bills, two.accounts]);
      expect(schemas.map(({ guid, to, drift }) => ({ guid, to, drift }))).toEqual([
        { guid: 'bills', to: 2, drift: [] },
        { guid: 'accounts', to: 4, drift: [] },
      ]);
      // The country is gone by now: the step found accounts at version 2.
      expect(await database.execute('select account_id, country from bill')).toEqual([
        { account_id: 2, country: 'it' },
      ]);
      for (const schema of [two.bills, two.accounts]) expect((await verify(schema)).differences).toEqual([]);
      await expect(database.execute("insert into bill (id, number, account_id) values (8, 'x', 99)")).rejects.toThrow(
        /foreign key/i,
      );
      await expect(database.execute('insert into bill_payers (bill_id, account_id) values (7, 99)')).rejects.toThrow(
        /foreign key/i,
      );
    });

    test('stay as a failed step asks for them, until it is fixed', async () => {
      await using database = await kind.create();
      const one = await release(database, { accounts: 1, bills: 1 });
      await upgradeAll([one.bills, one.accounts]);
      await database.execute(`insert into account (id, name) values (2, 'Bob')`);
      await database.execute(`insert into bill (id, number) values (7, 'Bob 1')`);
      const wrong = await release(database, { accounts: 4, bills: 2, reads: step => step.execute('select oops') });
      await expect(upgradeAll([wrong.bills, wrong.accounts])).rejects.toMatchObject({
        failures: [
          { guid: 'bills', outcome: 'failed' },
          {
            guid: 'accounts',
            outcome: 'not finished',
            deployed: 2,
            heldBy: [{ guid: 'bills', needs: 2, deployed: 1 }],
          },
        ],
        message: expect.stringContaining('accounts: not finished, because upgradeTo_2 of bills reads it as it is now'),
      });
      const fixed = await release(database, { accounts: 4, bills: 2, reads: findAccounts });
      await upgradeAll([fixed.bills, fixed.accounts]);
      expect(await database.execute('select account_id from bill')).toEqual([{ account_id: 2 }]);
    });

    test('are installed together', async () => {
      await using database = await kind.create();
      const { accounts, bills } = await release(database, { accounts: 4, bills: 2 });
      expect((await upgradeAll([bills, accounts])).schemas.map(({ outcome }) => outcome)).toEqual([
        'installed',
        'installed',
      ]);
      for (const schema of [bills, accounts]) expect((await verify(schema)).differences).toEqual([]);
      await accounts.assertStorage();
      await bills.assertStorage();
    });

    test('are not read where that would be wrong', async () => {
      await using database = await kind.create();
      const one = await release(database, { accounts: 1, bills: 1 });
      await upgradeAll([one.bills, one.accounts]);
      await database.execute(`insert into account (id, name) values (1, 'Ann')`);
      const attempt = async (next: Release) => {
        const { accounts, bills } = await release(database, next);
        await accounts.upgrade();
        return bills.upgrade().then(
          () => 'done',
          (error: Error) => error.message,
        );
      };
      const at = { accounts: 2, bills: 2 };
      expect(await attempt({ ...at, reads: step => step.of('search') })).toMatch(
        /step\.of\('search'\) in upgradeTo_2: this step does not depend on search\. Add it: /,
      );
      const changes = async (step: Step<V2, V2>) => {
        const accounts = await step.of<ReturnType<typeof accountsOf>>('accounts');
        const [first] = await accounts.em.find(accounts.Account, {});
        if (first) first.name = 'Eve';
      };
      expect(await attempt({ ...at, reads: changes })).toMatch(/are for reading, and Account was changed/);
      // Version 3 admits code of version 2, and version 4 does not.
      expect(await attempt({ ...at, accounts: 4, reads: step => step.of('accounts') })).toMatch(
        /the step asks for version 2, and it is at version 4, which only code from version 4 on may use/,
      );
      expect(await database.execute('select name from account')).toEqual([{ name: 'Ann' }]);
    });

    test('may have gone on, where code of the asked version may still use them', async () => {
      await using database = await kind.create();
      const one = await release(database, { accounts: 3, bills: 1 });
      await upgradeAll([one.bills, one.accounts]);
      await database.execute(`insert into account (id, name) values (1, 'Ann')`);
      await database.execute(`insert into bill (id, number) values (7, 'Ann 1')`);
      const two = await release(database, { accounts: 3, bills: 2, wants: 3, reads: findAccounts });
      const [live] = (await plan(two.bills, 2, { live: true })).steps;
      expect(live).toMatchObject({ unseen: undefined });
      expect(live?.operations.map(({ verb, subject }) => `${verb} ${subject}`)).toContain('of accounts at version 3');
      await two.bills.upgrade();
      expect(await database.execute('select account_id from bill')).toEqual([{ account_id: 1 }]);
    });
  });
}
