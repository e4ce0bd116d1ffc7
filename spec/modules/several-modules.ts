import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { upgradeAll, type ModulesFailedError, type Step } from '../../lib/index.ts';
import type { DatabaseKind, TestDatabase } from '../support/databases.ts';
import { record } from '../support/recorder.ts';
import { idleSteps, schemaClass, type Members } from '../support/schemas.ts';

/* Three modules of one application: accounts, the bills of accounts, and a search that indexes both. */

export function entities() {
  const Account = defineEntity({ name: 'Account', properties: { id: p.integer().primary() } });
  const Bill = defineEntity({
    name: 'Bill',
    properties: { id: p.integer().primary(), account: () => p.manyToOne(Account) },
  });
  const Hit = defineEntity({ name: 'Hit', properties: { id: p.integer().primary() } });
  return { Account, Bill, Hit };
}

/** Steps that write down that they ran. */
function steps(from: number, to: number, ran: string[], guid: string): Members {
  return Object.fromEntries(
    Array.from({ length: to - from + 1 }, (_, index) => [
      `upgradeTo_${from + index}`,
      async (step: Step) => {
        await step.execute('select 1');
        ran.push(`${guid} ${step.version}`);
      },
    ]),
  );
}

export interface Modules {
  readonly accounts?: Members;
  readonly billing?: Members;
  readonly search?: Members;
}

/** A release of the application: all three on one ORM. */
export async function release(database: TestDatabase, { accounts, billing, search }: Modules = {}, options = {}) {
  const orm = await database.orm(entities());
  const Accounts = schemaClass({ guid: 'accounts', entities: ['Account'], ...accounts }, { name: 'AccountsSchema' });
  const Billing = schemaClass(
    { guid: 'billing', entities: ['Bill'], dependsOn: { accounts: 1 }, ...billing },
    { name: 'BillingSchema' },
  );
  const Search = schemaClass(
    { guid: 'search', entities: ['Hit'], dependsOn: { billing: 1 }, ...search },
    { name: 'SearchSchema' },
  );
  return {
    orm,
    accounts: new Accounts(orm, options),
    billing: new Billing(orm, options),
    search: new Search(orm, options),
  };
}

/** The second release: accounts stop at 3 for the bills, whose step 2 the search waits for. */
export function second(ran: string[]): Modules {
  return {
    accounts: { latest: 5, ...steps(2, 5, ran, 'accounts') },
    billing: { latest: 2, ...steps(2, 2, ran, 'billing'), steps: { 2: { dependsOn: { accounts: 3 } } } },
    search: {
      latest: 2,
      ...steps(2, 2, ran, 'search'),
      dependsOn: { billing: 1 },
      steps: { 2: { dependsOn: { billing: 2, accounts: 4 } } },
    },
  };
}

const versions = async (database: TestDatabase) =>
  Object.fromEntries(
    (await database.execute<{ guid: string; version: number }>('select guid, version from deployed_version')).map(
      ({ guid, version }) => [guid, version],
    ),
  );

/** Declares the tests of several Schemas in one database. */
export function describeModules(kinds: readonly DatabaseKind[]): void {
  describe.each(kinds)('several Schemas on $name', kind => {
    test('are installed, and brought up later, in an order that keeps what they need, and with one report', async () => {
      await using database = await kind.create();
      const { accounts, billing, search } = await release(database);
      const installed = await upgradeAll([search, billing, accounts]);
      expect(installed.schemas).toMatchObject([
        { guid: 'search', from: undefined, to: 1, outcome: 'installed' },
        { guid: 'billing', outcome: 'installed' },
        { guid: 'accounts', outcome: 'installed' },
      ]);

      const ran: string[] = [];
      const next = await release(database, second(ran));
      const report = await upgradeAll([next.search, next.billing, next.accounts]);
      expect(ran).toEqual(['accounts 2', 'accounts 3', 'billing 2', 'accounts 4', 'search 2', 'accounts 5']);
      expect(report.schemas).toMatchObject([
        { guid: 'search', from: 1, to: 2, outcome: 'upgraded', steps: [{ version: 2 }] },
        { guid: 'billing', from: 1, to: 2, outcome: 'upgraded', steps: [{ version: 2 }] },
        { guid: 'accounts', from: 1, to: 5, outcome: 'upgraded', steps: [2, 3, 4, 5].map(version => ({ version })) },
      ]);
      expect(await versions(database)).toEqual({ accounts: 5, billing: 2, search: 2 });
      expect(String(report).split('\n')[2]).toMatch(/^accounts: upgraded from version 1 to 5, 4 steps/);
      expect(String(await upgradeAll([next.billing, next.accounts]))).toBe(
        'billing: level at version 2, nothing to do\naccounts: level at version 5, nothing to do',
      );
    });

    test('what fails ends the way of those that need it, and of no others', async () => {
      await using database = await kind.create();
      const first = await release(database, { search: { dependsOn: {} } });
      await upgradeAll([first.accounts, first.billing, first.search]);
      const ran: string[] = [];
      const next = await release(database, {
        accounts: {
          latest: 3,
          ...steps(2, 2, ran, 'accounts'),
          upgradeTo_3: (step: Step) => step.execute('select oops'),
        },
        billing: { latest: 2, ...steps(2, 2, ran, 'billing'), steps: { 2: { dependsOn: { accounts: 3 } } } },
        search: { dependsOn: {}, latest: 2, ...steps(2, 2, ran, 'search') },
      });
      const error = (await upgradeAll([next.accounts, next.billing, next.search], { transaction: 'step' }).catch(
        (thrown: unknown) => thrown,
      )) as ModulesFailedError;
      expect(error).toMatchObject({
        code: 'MODULES_FAILED',
        done: [{ guid: 'search', to: 2 }],
        failures: [
          { guid: 'accounts', outcome: 'failed', deployed: 2, error: { code: 'STEP_FAILED', version: 3, done: [2] } },
          {
            guid: 'billing',
            outcome: 'not begun',
            deployed: 1,
            missing: [{ guid: 'accounts', needs: 3, deployed: 2 }],
          },
        ],
        cause: { code: 'STEP_FAILED' },
      });
      expect(error.message).toMatch(
        /^accounts: could not be brought to its latest version\. Fix the cause and call again:\n {2}accounts: upgradeTo_3 failed: .*\n {2}billing: not begun, because it needs accounts at version 3\n {2}search: at version 2$/,
      );
      expect(ran).toEqual(['accounts 2', 'search 2']);
      expect(await versions(database)).toEqual({ accounts: 2, billing: 1, search: 2 });
    });

    test('a row that is refused or makes no sense stops those that need it, whatever number is in it, and no others', async () => {
      await using database = await kind.create();
      const without = { search: { dependsOn: {} } };
      const first = await release(database, without);
      await upgradeAll([first.accounts, first.billing, first.search]);
      const ran: string[] = [];
      const attempt = async (release2: Modules) => {
        const next = await release(database, { ...without, ...release2 });
        return upgradeAll([next.accounts, next.billing, next.search]).catch((thrown: unknown) => thrown);
      };
      const later = (guid: string, latest: number) => ({ latest, ...steps(2, latest, ran, guid) });

      // A newer release was here, and this code may not use its accounts.
      await database.execute(`update deployed_version set version = 7, compatible = 7 where guid = 'accounts'`);
      const ahead = await attempt({ billing: later('billing', 2), search: { dependsOn: {}, ...later('search', 2) } });
      expect(ahead).toMatchObject({
        code: 'MODULES_FAILED',
        failures: [
          { guid: 'accounts', outcome: 'failed', deployed: 7, error: { code: 'VERSION_AHEAD' } },
          {
            guid: 'billing',
            outcome: 'not begun',
            deployed: 1,
            missing: [{ guid: 'accounts', needs: 1, deployed: 7 }],
          },
        ],
        done: [{ guid: 'search', to: 2 }],
        message: expect.stringContaining(
          '\n  billing: not begun, because it needs accounts, which failed at version 7\n  search: at version 2',
        ),
      });

      await database.execute(`update deployed_version set version = -7, compatible = 1 where guid = 'accounts'`);
      const corrupt = await attempt({ billing: later('billing', 2), search: { dependsOn: {}, ...later('search', 3) } });
      expect(corrupt).toMatchObject({
        code: 'MODULES_FAILED',
        failures: [
          { guid: 'accounts', outcome: 'failed', deployed: undefined, error: { code: 'VERSION_CORRUPT' } },
          { guid: 'billing', outcome: 'not begun', missing: [{ guid: 'accounts', needs: 1, deployed: undefined }] },
        ],
        done: [{ guid: 'search', to: 3 }],
      });
      expect(ran).toEqual(['search 2', 'search 3']);
    });

    test('a Schema alone refuses what it needs more for, and what others still need of it', async () => {
      await using database = await kind.create();
      const { accounts, billing, orm } = await release(database);
      const missing = { code: 'DEPENDENCY_MISSING', guid: 'billing' };
      await expect(billing.upgrade()).rejects.toMatchObject({
        ...missing,
        missing: [{ guid: 'accounts', needs: 1, deployed: undefined }],
      });
      await expect(billing.assertStorage()).rejects.toMatchObject(missing);
      expect(await billing.versioned()).toBe(false);
      await accounts.upgrade();
      await billing.upgrade();
      {
        using recording = await record(orm);
        await billing.upgrade();
        await billing.assertVersion();
        expect(await billing.status()).toMatchObject({
          runnable: true,
          dependencies: [{ guid: 'accounts', needs: 1, deployed: 1 }],
        });
        // what it depends on is read with it
        expect(recording.sql).toHaveLength(3);
        expect(recording.sql[0]).toMatch(/ where guid in \('billing', 'accounts'\)$/);
      }

      const ran: string[] = [];
      const next = await release(database, {
        accounts: { latest: 3, ...steps(2, 3, ran, 'accounts'), ...back(1, 2) },
        billing: {
          latest: 2,
          ...steps(2, 2, ran, 'billing'),
          ...back(1, 1),
          steps: { 2: { dependsOn: { accounts: 3 } } },
        },
      });
      await expect(next.billing.upgrade()).rejects.toMatchObject({
        ...missing,
        message:
          'billing: upgradeTo_2 needs accounts at version 3, and it is at version 1. Bring all of them up in order: ' +
          '`upgradeAll([accounts, billing])`, or `npx dejavu upgrade`. If accounts is in another database or namespace, pass it: `{ modules: [accounts] }`.',
      });
      await expect(next.billing.assertVersion()).rejects.toMatchObject({ code: 'VERSION_BEHIND' });
      await expect(next.billing.waitForVersion({ waitMs: 1 })).rejects.toMatchObject({ code: 'VERSION_BEHIND' });
      await upgradeAll([next.accounts, next.billing, next.search]);
      await next.billing.assertVersion();

      await expect(next.accounts.downgrade(2)).rejects.toMatchObject({
        code: 'STILL_NEEDED',
        neededBy: [{ guid: 'billing', needs: 3, deployed: 2 }],
        message:
          'accounts: cannot go back to version 2: billing at version 2 needs it at version 3. Go back with billing first: `npx dejavu downgrade --guid billing <version>`.',
      });
      expect(await next.billing.downgrade(1)).toMatchObject({ to: 1 });
      expect(await next.accounts.downgrade(1)).toMatchObject({ to: 1 });
      // Its row is at its version, and what it needs is gone.
      await database.execute(`delete from deployed_version where guid = 'accounts'`);
      const old = await release(database);
      await expect(old.billing.assertVersion()).rejects.toMatchObject(missing);
      await expect(old.billing.upgrade()).rejects.toMatchObject(missing);
      await expect(old.billing.waitForVersion({ waitMs: 1 })).rejects.toMatchObject(missing);
      expect(await old.billing.status()).toMatchObject({
        standing: 'level',
        runnable: false,
        dependencies: [{ guid: 'accounts', needs: 1, deployed: undefined }],
      });
    });

    test('a wrong list is refused before any statement', async () => {
      await using database = await kind.create();
      const { orm, accounts, billing, search } = await release(database, { accounts: { dependsOn: { search: 1 } } });
      using recording = await record(orm);
      const definition = { code: 'SCHEMA_DEFINITION' };
      await expect(upgradeAll([accounts, billing, search])).rejects.toMatchObject(definition);
      await expect(upgradeAll([billing, search])).rejects.toMatchObject(definition);
      await expect(upgradeAll([search, search])).rejects.toMatchObject({
        ...definition,
        message: 'search: the list has this Schema twice. Remove one of them.',
      });
      const more = { guid: 'search', entities: ['Hit'] };
      const Twin = schemaClass(more, { name: 'Twin' });
      await using elsewhere = await kind.create();
      const twin = new Twin(await elsewhere.orm(entities()));
      await expect(upgradeAll([search, twin])).rejects.toMatchObject({
        ...definition,
        message: expect.stringMatching(/^search: the list has two Schemas with this guid\. /),
      });
      await expect(upgradeAll([{ guid: 'x', latest: 1 }])).rejects.toMatchObject(definition);
      expect(await upgradeAll([])).toEqual({ schemas: [] });
      expect(recording.sql).toEqual([]);
    });
  });
}

/** Ways back that do nothing. */
function back(from: number, to: number): Members {
  return Object.fromEntries(
    Object.values(idleSteps(from, to)).map((step, index) => [`downgradeTo_${from + index}`, step]),
  );
}
