import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type MikroORM } from '@mikro-orm/core';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { offline } from '../changes/workspace.ts';
import { makeProject } from '../support/cli/project.ts';
import { dejavu } from '../support/cli/run.ts';

interface Proof {
  readonly exitCode: number;
  readonly schemas: readonly {
    readonly guid: string;
    readonly checks: readonly {
      readonly name: string;
      readonly law: number;
      readonly version: number | null;
      readonly dialect: string;
      readonly passed: boolean;
      readonly remarks: readonly string[];
      readonly error?: { readonly code: string; readonly message: string; readonly seed?: number };
    }[];
  }[];
}

test('checks of a version and later ones pass, for machines', async () => {
  const { code, stdout, stderr } = await dejavu([
    'prove',
    '--from',
    '3',
    '--dialect',
    'sqlite',
    '--rows',
    '3',
    '--json',
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { exitCode, schemas } = JSON.parse(stdout) as Proof;
  expect({ exitCode, guids: schemas.map(({ guid }) => guid) }).toEqual({ exitCode: 0, guids: ['zoo'] });
  const checks = schemas[0]?.checks ?? [];
  expect(new Set(checks.map(({ passed, dialect }) => `${dialect} ${passed}`))).toEqual(new Set(['SQLite true']));
  expect([...new Set(checks.map(({ law }) => law))].toSorted((one, other) => one - other)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  expect(new Set(checks.map(({ version }) => version))).toEqual(new Set([null, 3]));
  expect(checks.map(({ name }) => name)).toContain(
    'zoo on SQLite: upgradeTo_3 leads from the frozen version 2 to 3, and keeps the rows',
  );
}, 120_000);

test('a failure is a page, and the command in it shows the same again', async () => {
  const schema = ['--schema', './schema.ts#LosingSchema'];
  const { code, stdout, stderr } = await dejavu(['prove', ...schema, '--from', '3', '--rows', 'Animal=4']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toMatch(/^passed {2}zoo on SQLite: every version/);
  const page = stdout.slice(stdout.indexOf('failed  zoo on SQLite: upgradeTo_3 leads'));
  expect(page.split('\n').slice(0, 9)).toEqual([
    'failed  zoo on SQLite: upgradeTo_3 leads from the frozen version 2 to 3, and keeps the rows',
    '        zoo: upgradeTo_3 does not keep the rows as they were.',
    '',
    '          animal: 1 row lost (row 1); 4 rows before, 3 after',
    '',
    expect.stringMatching(/^ {8}Fix: Correct upgradeTo_3\. If it loses rows on purpose, declare it in the Schema: /),
    '',
    '        Where: law 2 (steps), version 3, SQLite, rows of seed 1',
    `        Again: npx dejavu prove --schema './schema.ts#LosingSchema' --from 3 --dialect sqlite --seed 1 --rows Animal=4`,
  ]);
  expect(stdout).toMatch(/\n\d+ checks in [\d.]+ m?s, \d failed\n$/);
  const again = /Again: npx dejavu (prove .*)/.exec(page)?.[1]?.replaceAll("'", '').split(' ') ?? [];
  const { exitCode, schemas } = JSON.parse((await dejavu([...again, '--json'])).stdout) as Proof;
  const failed = schemas[0]?.checks.filter(({ passed }) => !passed) ?? [];
  expect(exitCode).toBe(1);
  expect(failed.find(({ law }) => law === 2)).toMatchObject({ version: 3, error: { code: 'PROOF_FAILED', seed: 1 } });
}, 120_000);

describe('is refused, because nothing would be proved,', () => {
  test.each([
    [['--from', '9'], '--from 9 leaves no step to check: the newest version is 3. Use --from 3.'],
    [['--rows', 'many'], '--rows many is not valid. Write one number, --rows 50, or an entity each time'],
    [['--dialect', 'postgresql'], '--dialect postgresql needs a server, and the configuration of MikroORM has none.'],
    [['--dialect', 'mysql'], "--dialect cannot be 'mysql'. It must be sqlite, postgresql or pglite."],
  ])('%j', async (flags, said) => {
    const { code, stdout, stderr } = await dejavu(['prove', ...flags]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain(said);
  });
});

test('an entity that no version has is found', async () => {
  const { code, stdout } = await dejavu(['prove', '--from', '3', '--rows', 'Elephant=3']);
  expect(code).toBe(1);
  expect(stdout).toContain('`rows` names Elephant, and no frozen version has such an entity');
  expect(stdout).toMatch(/, 1 failed\n$/);
}, 120_000);

/** The fingerprint of an entity that has a key and nothing else. */
function printOf(name: string): string {
  const entity = defineEntity({ name, properties: { id: p.integer().primary() } });
  const orm = offline('sqlite', []) as unknown as MikroORM;
  return fingerprint(describeModule(orm, { [name]: entity }, { name }));
}

test('each Schema of a project is proved, and the checks say whose they are', async () => {
  using project = makeProject({
    'mikro-orm.config.ts': `
      import { SqliteDriver } from '@mikro-orm/sqlite';
      import { defineEntity, p } from '@mikro-orm/core';
      const properties = { id: p.integer().primary(), isNew: p.boolean() };
      const Bill = defineEntity({ name: 'Bill', properties });
      const Account = defineEntity({ name: 'Account', properties });
      export default { driver: SqliteDriver, dbName: 'nowhere.db', entities: [Bill, Account] };
    `,
    'schema.ts': `
      import { Schema } from '@lib';
      import { defineEntity, p } from '@mikro-orm/core';
      const frozen = (name: string, fingerprint: string) => {
        const entity = defineEntity({ name, properties: { id: p.integer().primary() } });
        return { 1: { fingerprint, load: async () => ({ [name]: entity }) } };
      };
      export class BillingSchema extends Schema { guid = 'billing'; latest = 1; entities = ['Bill']; versions = frozen('Bill', '${printOf('Bill')}'); }
      export class AccountsSchema extends Schema {
        guid = "Ann's accounts"; latest = 1; entities = ['Account']; versions = frozen('Account', '${printOf('Account')}');
      }
    `,
  });
  const prove = (...flags: readonly string[]) =>
    dejavu(['prove', '--schema', 'schema.ts', '--json', ...flags], { project: project.folder });
  const both = await prove('--rows', 'Bill=2', '--rows', 'Account=3');
  expect(both.code).toBe(1);
  const { schemas } = JSON.parse(both.stdout) as Proof;
  expect(schemas.map(({ guid }) => guid).toSorted()).toEqual(["Ann's accounts", 'billing']);
  const again = (flags: string) => `\nAgain: npx dejavu prove --schema schema.ts --guid ${flags}`;
  for (const { guid, checks } of schemas) {
    expect(checks[0]).toMatchObject({ law: 6, name: expect.stringContaining(`${guid} on SQLite: `), passed: true });
    const of = (number: number) => checks.find(({ law, passed }) => law === number && !passed)?.error?.message;
    const flags = guid === 'billing' ? guid : String.raw`'Ann'\''s accounts'`;
    expect(of(6)).toContain(again(`${flags} --dialect sqlite`));
    // All rows have an entity.
    expect(of(2)).toBeUndefined();
  }
  const one = JSON.parse((await prove('--guid', 'billing', '--rows', 'Account=3')).stdout) as Proof;
  expect(one.schemas.map(({ guid }) => guid)).toEqual(['billing']);
  expect(one.schemas[0]?.checks.find(({ law }) => law === 2)?.error?.message).toContain('`rows` names Account');
  const wrong = JSON.parse((await prove('--rows', 'Acount=3')).stdout) as Proof;
  for (const { checks } of wrong.schemas)
    expect(checks.find(({ law }) => law === 2)?.error?.message).toContain('`rows` names Acount');
}, 120_000);

test('another dialect reads the entities as the configuration does', async () => {
  using project = makeProject({
    'mikro-orm.config.ts': `
      import { PostgreSqlDriver } from '@mikro-orm/postgresql';
      import { EntitySchema, MetadataProvider } from '@mikro-orm/core';
      class Provider extends MetadataProvider {
        loadEntityMetadata(meta) { for (const prop of Object.values(meta.properties)) prop.type ??= 'integer'; }
      }
      class Bill { id; }
      const entity = new EntitySchema({ class: Bill, properties: { id: { primary: true } } as never });
      export default { driver: PostgreSqlDriver, clientUrl: 'postgresql://nowhere/bills', entities: [entity], metadataProvider: Provider };
    `,
    'schema.ts': `
      import { Schema } from '@lib';
      import { defineEntity, p } from '@mikro-orm/core';
      const Bill = defineEntity({ name: 'Bill', properties: { id: p.integer().primary() } });
      export class BillingSchema extends Schema {
        guid = 'billing'; latest = 1; versions = { 1: { fingerprint: '${printOf('Bill')}', load: async () => ({ Bill }) } };
      }
    `,
  });
  const flags = ['prove', '--schema', 'schema.ts', '--dialect', 'sqlite'];
  const { code, stdout, stderr } = await dejavu(flags, { project: project.folder });
  expect({ code, stderr, end: stdout.trim().split('\n').at(-1) }).toEqual({
    code: 0,
    stderr: '',
    end: expect.stringContaining(', all passed'),
  });
}, 120_000);
