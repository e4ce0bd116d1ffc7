import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
// An address names a file by its real path.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dejavu-copies-')));
const other = join(folder, 'module');

/** What became of each attempt: what it returned, or the code and the message of its error. */
let found: Readonly<Record<string, unknown>>;

/** An application, and a module that brings another copy of the library into its process. */
const program = `
  import { defineEntity, p } from '@mikro-orm/core';
  import { MikroORM } from '@mikro-orm/sqlite';
  const own = path => import(new URL(path, ${JSON.stringify(pathToFileURL(join(root, 'lib/')).href)}));
  const { Schema, isSchemaError, onBoot, readiness, upgradeAll } = await own('index.ts');
  const { dump, move } = await own('dump/index.ts');
  const { DejavuModule } = await own('nestjs/index.ts');
  const { Schema: OtherSchema } = await import(${JSON.stringify(pathToFileURL(join(other, 'lib', 'index.ts')).href)});
  const Account = defineEntity({ name: 'Account', properties: { id: p.integer().primary(), name: p.string() } });
  const Bill = defineEntity({ name: 'Bill', properties: { id: p.integer().primary(), sum: p.integer() } });
  class Accounts extends OtherSchema { guid = 'accounts'; latest = 1; entities = [Account] }
  class Billing extends Schema { guid = 'billing'; latest = 1; dependsOn = { accounts: 1 } }
  class Greedy extends Schema { guid = 'billing'; latest = 1; entities = [Account, Bill] }
  class Twin extends Schema { guid = 'accounts'; latest = 3; steps = {}; entities = [Bill]; }
  class Open extends OtherSchema { guid = 'open'; latest = 1 }
  const open = () => MikroORM.init({ dbName: ':memory:', entities: [Account, Bill] });
  const tables = async orm =>
    (await orm.em.execute("select name from sqlite_master where type = 'table' and name not like '%\\\\_%' escape '\\\\' order by name")).map(({ name }) => name);
  const found = {};
  const attempt = async (name, work) => {
    const orm = await open();
    try {
      found[name] = await work(orm);
    } catch (error) {
      found[name] = isSchemaError(error) ? [error.code, error.message] : ['untyped', error.stack];
    } finally {
      await orm.close();
    }
  };
  await attempt('each by itself', async orm => {
    const [accounts, billing] = [new Accounts(orm), new Billing(orm)];
    const outcomes = [(await onBoot(accounts)).schemas[0].outcome, await tables(orm)];
    outcomes.push((await billing.upgrade()).outcome, await tables(orm));
    return [...outcomes, ...(await Promise.all([accounts.upgrade(), billing.upgrade()])).map(({ outcome }) => outcome)];
  });
  await attempt('entities of both', async orm => (new Accounts(orm), new Greedy(orm).upgrade()));
  await attempt('entities open in both', async orm => (new Open(orm), new Billing(orm).upgrade()));
  await attempt('one guid', async orm => (new Accounts(orm), new Twin(orm).upgrade()));
  await attempt('upgradeAll', orm => upgradeAll([new Accounts(orm), new Billing(orm)]));
  await attempt('modules', orm => new Billing(orm, { modules: [new Accounts(orm)] }).upgrade());
  await attempt('onBoot', orm => onBoot(new Accounts(orm), { mode: 'assert' }));
  await attempt('readiness', orm => readiness(new Accounts(orm)));
  await attempt('dump', orm => dump(new Accounts(orm), ${JSON.stringify(join(folder, 'dump'))}));
  await attempt('move', orm => move(new Billing(orm), new Accounts(orm)));
  await attempt('DejavuModule', () => DejavuModule.forRoot({ schemas: [Accounts] }));
  console.log(JSON.stringify(found));
`;

beforeAll(async () => {
  cpSync(join(root, 'lib'), join(other, 'lib'), { recursive: true });
  cpSync(join(root, 'package.json'), join(other, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
  });
  found = JSON.parse(stdout) as typeof found;
});
afterAll(() => rmSync(folder, { recursive: true }));

test('Schemas of two copies of the library on one ORM each keep to their entities', () => {
  expect(found['each by itself']).toEqual([
    'installed',
    ['account'],
    'installed',
    ['account', 'bill'],
    'level',
    'level',
  ]);
  expect(found['entities of both']).toEqual(['SCHEMA_DEFINITION', expect.stringContaining('both claim Account')]);
  expect(found['entities open in both']).toEqual([
    'SCHEMA_DEFINITION',
    expect.stringContaining('both claim all entities of one ORM'),
  ]);
  expect(found['one guid']).toEqual(['SCHEMA_DEFINITION', expect.stringContaining('have the same guid on one ORM')]);
});

test.each(['upgradeAll', 'modules', 'onBoot', 'dump', 'move', 'DejavuModule'])(
  'a Schema of another copy is refused with both places by %s',
  name => {
    const message = expect.stringContaining(
      `Accounts extends the Schema class of another copy of mikro-orm-dejavu, in ${other}. This call is of the copy in ${root}. Use one copy for both: \`npm ls mikro-orm-dejavu\``,
    ) as unknown;
    expect(found[name]).toEqual(['SCHEMA_DEFINITION', message]);
  },
);

test('a readiness probe says so as well', () => {
  expect(found['readiness']).toMatchObject({ ready: false, reasons: [expect.stringContaining('another copy')] });
});
