import { expect, test } from '@jest/globals';
import { sqliteFile } from '../support/databases.ts';
import { makeProject } from '../support/cli/project.ts';
import { dejavu } from '../support/cli/run.ts';

const config = `
  import { SqliteDriver } from '@mikro-orm/sqlite';
  import { defineEntity, p } from '@mikro-orm/core';
  const Account = defineEntity({ name: 'Account', properties: { id: p.integer().primary() } });
  const Bill = defineEntity({ name: 'Bill', properties: { id: p.integer().primary(), account: () => p.manyToOne(Account) } });
  export default { driver: SqliteDriver, dbName: process.env['ZOO_DATABASE'], entities: [Account, Bill],
    schemaGenerator: { skipTables: ['deployed_version', 'deployed_version_log'] } };
`;
const schemas = `
  import { Schema } from '@lib';
  const second = process.env['ZOO_RELEASE'] !== '1';
  const failing = process.env['ZOO_RELEASE'] === 'failing';
  const idle = async () => {};
  export class BillingSchema extends Schema {
    guid = 'billing'; latest = second ? 2 : 1; entities = ['Bill'];
    dependsOn = process.env['ZOO_RELEASE'] === 'circle' ? { accounts: 1 } : { accounts: 1 };
    steps = second ? { 2: { compatible: 1, dependsOn: { accounts: 2 } } } : {};
  }
  export class AccountsSchema extends Schema {
    guid = 'accounts'; latest = second ? 3 : 1; entities = ['Account'];
    dependsOn = process.env['ZOO_RELEASE'] === 'circle' ? { billing: 1 } : {};
  }
  if (second) {
    BillingSchema.prototype.upgradeTo_2 = idle;
    BillingSchema.prototype.downgradeTo_1 = idle;
    AccountsSchema.prototype.upgradeTo_2 = failing ? step => step.execute('select oops') : idle;
    AccountsSchema.prototype.upgradeTo_3 = idle;
    AccountsSchema.prototype.downgradeTo_2 = idle;
    AccountsSchema.prototype.downgradeTo_1 = idle;
  }
`;

test('the command brings all Schemas up in order, shows their needs, and refuses what would break one', async () => {
  await using database = await sqliteFile.create();
  using project = makeProject({ 'schema.js': schemas, 'mikro-orm.config.ts': config });
  const run = (args: readonly string[], release = '2') =>
    dejavu([...args, '--schema', 'schema.js'], {
      project: project.folder,
      env: { ZOO_DATABASE: database.address as string, ZOO_RELEASE: release },
    });

  expect(await run(['upgrade'], '1')).toMatchObject({
    code: 0,
    stdout: 'accounts: installed at version 1\nbilling: installed at version 1\n',
  });
  const alone = await run(['upgrade', '--guid', 'billing']);
  expect(alone).toMatchObject({ code: 1, stdout: '' });
  expect(alone.stderr).toContain('upgradeTo_2 needs accounts at version 2, and it is at version 1');
  const planned = await run(['plan']);
  expect(planned.code).toBe(0);
  expect(planned.stdout).toMatch(/\norder\n {2}accounts: 1 to 2\n {2}billing: 1 to 2\n {2}accounts: 2 to 3\n$/);

  const failed = await run(['upgrade'], 'failing');
  expect(failed.code).toBe(1);
  expect(failed.stdout).toBe('billing: not begun, because it needs accounts at version 2\n');
  expect(failed.stderr).toContain('accounts: upgradeTo_2 failed: ');
  const json = await run(['upgrade', '--json'], 'failing');
  expect(JSON.parse(json.stdout)).toMatchObject({
    exitCode: 1,
    schemas: [],
    failures: [
      { guid: 'accounts', outcome: 'failed', error: { code: 'STEP_FAILED' } },
      { guid: 'billing', outcome: 'not begun', missing: [{ guid: 'accounts', needs: 2, deployed: 1 }] },
    ],
    error: { code: 'STEP_FAILED', guid: 'accounts' },
  });

  const upgraded = await run(['upgrade']);
  expect(upgraded.code).toBe(0);
  expect(upgraded.stdout).toMatch(
    /^accounts: upgraded from version 1 to 3, 2 steps .*\nbilling: upgraded from version 1 to 2, .*\n$/,
  );
  expect(upgraded.stderr).toMatch(/accounts: upgradeTo_2, [\s\S]*billing: upgradeTo_2, [\s\S]*accounts: upgradeTo_3, /);
  expect((await run(['status'])).stdout).toMatch(
    /^schema .* depends on +database\naccounts .*\nbilling +level +2 +2 +accounts 2 /,
  );
  const back = await run(['downgrade', '1', '--guid', 'accounts', '--yes']);
  expect(back.code).toBe(1);
  expect(back.stderr).toContain('billing at version 2 needs it at version 2');
  await database.execute(`update deployed_version set version = 1, compatible = 1 where guid = 'accounts'`);
  const status = await run(['status', '--guid', 'billing']);
  expect(status.code).toBe(2);
  expect(status.stdout).toContain('accounts 2 (is at 1)');

  for (const command of ['check', 'next', 'plan', 'upgrade']) {
    const circle = await run([command], 'circle');
    expect(`${command} ${circle.code} ${circle.stderr}`).toMatch(/^\w+ [15] [\s\S]*dependsOn leads in a circle: /);
  }
});
