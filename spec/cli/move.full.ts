import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { newFolder } from '../dump/releases.ts';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { makeApplication } from '../support/cli/application.ts';
import { makeProject } from '../support/cli/project.ts';
import { dejavu as runDejavu } from '../support/cli/run.ts';

const OTHER = `
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import * as entities from './entities.ts';

export default {
  driver: PostgreSqlDriver,
  clientUrl: process.env['ZOO_OTHER'],
  entities: Object.values(entities),
};
`;

test('an application moves from SQLite to PostgreSQL by one command, after a double dump test across both', async () => {
  await using lite = await sqliteFile.create();
  await using server = await postgresql.create();
  using application = makeApplication({ Animal: 'name: p.string()' }, { 'other.config.ts': OTHER });
  const env = {
    ZOO_DATABASE: lite.address ?? '',
    ZOO_OTHER: server.address ?? '',
    MIKRO_ORM_DB_NAME: lite.address ?? '',
  };
  const dejavu = (...args: string[]) => application.dejavu(args, env);
  await dejavu('init', '--name', 'ZooSchema');
  await dejavu('upgrade');
  await lite.execute(`insert into animal (id, name) values (7, 'Leo'), (9, 'Adele' || char(0))`);

  expect(await dejavu('move')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('--to ./postgresql.config.ts'),
  });
  expect(await dejavu('move', '--to', 'none.ts')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("'none.ts' does not exist"),
  });

  const differs = await dejavu('ddt', '--across', 'other.config.ts', '--json');
  expect(differs).toMatchObject({ code: 1 });
  expect(JSON.parse(differs.stdout).schemas[0]).toMatchObject({
    isEqual: false,
    checks: [{}, {}, {}, { check: 'across', differences: [{ kind: 'error', error: { code: 'RESTORE_REFUSED' } }] }],
  });
  const refused = await dejavu('move', '--to', 'other.config.ts');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('animal.name: 1 row, the first is 9') });
  await lite.execute(`update animal set name = 'Adele' where id = 9`);

  const equal = await dejavu('ddt', '--across', 'other.config.ts');
  expect(equal).toMatchObject({ code: 0 });
  expect(equal.stdout).toMatch(/^zoo: the database at version 1, 2 rows\nzoo: 4 checks, no difference, in .*\n$/);
  expect(equal.stderr).toMatch(/zoo: dump, .*\nzoo: again at version 1\n?.*zoo: across at version 1, /s);

  const moved = await dejavu('move', '--to', 'other.config.ts');
  expect(moved).toMatchObject({ code: 0 });
  expect(moved.stdout).toMatch(
    /^zoo: moved 2 rows in 1 table at version 1 from .*zoo\.db to the database "zoo_.*" on .*, in .*\n {2}The source was guarded: other processes could read it/,
  );
  expect(await server.execute('select * from animal order by id')).toEqual([
    { id: 7, name: 'Leo' },
    { id: 9, name: 'Adele' },
  ]);
  expect(await application.dejavu(['upgrade'], { ZOO_DATABASE: server.address ?? '' })).toMatchObject({ code: 0 });
  expect(await dejavu('move', '--to', 'other.config.ts')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has version 1'),
  });

  const kept = newFolder();
  mkdirSync(kept);
  await dejavu('dump', join(kept, '1'));
  const old = await dejavu('ddt', '--dumps', kept);
  expect(old).toMatchObject({ code: 0, stdout: expect.stringMatching(/dump\/1 at version 1, 2 rows\n/) });
});

/** Two Schemas of one application: the bills are named first, and refer to the accounts. */
const shop = (accounts: string, bills: string) => `
import { defineEntity, p } from '@mikro-orm/core';
import { Schema } from 'mikro-orm-dejavu';

const account = () => defineEntity({ name: 'Account', properties: { id: p.integer().primary() } });
const bill = (Account) =>
  defineEntity({ name: 'Bill', properties: { id: p.integer().primary(), account: () => p.manyToOne(Account) } });
const frozen = () => {
  const Account = account();
  return { Bill: bill(Account), ofOtherSchemas: { Account } };
};
export const Account = account();
export const Bill = bill(Account);

export class BillsSchema extends Schema {
  guid = 'bills';
  latest = 1;
  entities = [Bill];
  dependsOn = { accounts: 1 };
  versions = { 1: { fingerprint: '${bills}', load: async () => frozen() } };
}
export class AccountsSchema extends Schema {
  guid = 'accounts';
  latest = 1;
  entities = [Account];
  versions = { 1: { fingerprint: '${accounts}', load: async () => ({ Account: account() }) } };
}
`;

test('several Schemas of an application are tested together, and dumped and moved one at a time, in order', async () => {
  await using lite = await sqliteFile.create();
  const account = () => defineEntity({ name: 'Account', properties: { id: p.integer().primary() } });
  const Account = account();
  const Bill = defineEntity({
    name: 'Bill',
    properties: { id: p.integer().primary(), account: () => p.manyToOne(Account) },
  });
  const orm = await lite.orm({ Account, Bill });
  const [accounts, bills] = [{ Account: account() }, { Bill, ofOtherSchemas: { Account } }].map(module =>
    fingerprint(describeModule(orm, module, { name: 'a version' })),
  ) as [string, string];
  using project = makeProject({
    'schema.ts': shop(accounts, bills),
    'mikro-orm.config.ts': `
import { SqliteDriver } from '@mikro-orm/sqlite';
import { Account, Bill } from './schema.ts';
export default { driver: SqliteDriver, dbName: process.env['ZOO_DATABASE'], entities: [Account, Bill] };
`,
  });
  const run = { project: project.folder, env: { ZOO_DATABASE: lite.address ?? '' } };
  const command = async (...args: string[]) =>
    runDejavu([...args, '--schema', 'schema.ts#BillsSchema', '--schema', 'schema.ts#AccountsSchema'], run);
  expect(await command('upgrade')).toMatchObject({ code: 0 });
  await lite.execute('insert into account (id) values (1), (2)');
  await lite.execute('insert into bill (id, account_id) values (1, 2)');
  const tested = await command('ddt', '--json');
  expect(tested).toMatchObject({ code: 0 });
  expect(JSON.parse(tested.stdout).schemas).toMatchObject([
    { guid: 'bills', isEqual: true, dumps: [{ rows: 1 }] },
    { guid: 'accounts', isEqual: true, dumps: [{ rows: 2 }] },
  ]);
  for (const [name, ...args] of [['dump', './dump'], ['restore', './dump'], ['move']] as [string, ...string[]][])
    expect(await command(name, ...args)).toMatchObject({
      code: 64,
      stderr: expect.stringContaining(
        'there are several Schemas. Run it once for each, in this order: --guid accounts, then --guid bills.',
      ),
    });
});
