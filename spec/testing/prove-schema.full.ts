import { beforeAll, describe, expect, test } from '@jest/globals';
import { ZooSchema } from '../../examples/zoo/schema.ts';
import { versions } from '../../examples/zoo/versions/index.ts';
import * as v3 from '../../examples/zoo/versions/3.ts';
import { proveSchema, type NamedCheck } from '../../lib/testing/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';

const entities = () => [...bindModule({ ...v3 }, { name: 'the release' }).all];

let checks: readonly NamedCheck[];
beforeAll(async () => {
  checks = await proveSchema(ZooSchema, { databases: [{ entities: entities() }] });
});

test('the zoo keeps every law on SQLite, without any server', async () => {
  expect(checks.map(({ name }) => name)).toContain('zoo on SQLite: a fresh installation is the frozen version 3');
  for (const { run } of checks) await run();
});

test('each check has another name', () => {
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
});

describe('the law of frozen versions', () => {
  const failing = async (SchemaClass: typeof ZooSchema, name: RegExp, databases = [{ entities: entities() }]) => {
    const found = await proveSchema(SchemaClass, { databases });
    const check = found.find(one => name.test(one.name)) as NamedCheck;
    return check.run().then(
      () => 'passed',
      (error: Error) => error,
    );
  };

  test('finds a version that was edited after it was frozen', async () => {
    class Edited extends ZooSchema {
      override readonly versions = { ...versions, 2: { ...versions[2], fingerprint: '1:0000' } };
    }
    const error = await failing(Edited, /version 2 is as it was frozen/);
    expect(error).toMatchObject({ code: 'PROOF_FAILED', law: 6, version: 2, dialect: 'SQLite' });
    expect(String(error)).toMatch(
      /zoo: the frozen version 2 was edited\.\n\n {2}frozen as {2}1:0000\n {2}and now is 1:\w+\n\nFix: Restore .*\n\nWhere: law 6 \(frozen versions\), version 2, SQLite\nAgain: npx dejavu prove --from 2 --dialect sqlite$/,
    );
  });

  test('finds a version that is missing on the way', async () => {
    class Gap extends ZooSchema {
      override readonly versions = { 1: versions[1], 3: versions[3] } as typeof ZooSchema.prototype.versions;
    }
    expect(String(await failing(Gap, /from the baseline on is frozen/))).toContain('a version is not frozen: 2');
  });

  test('finds entities that are not the newest version', async () => {
    const [animal, ...others] = entities();
    const databases = [{ entities: [animal, ...others].slice(1) as never[] }];
    expect(String(await failing(ZooSchema, /entities are those/, databases))).toContain(
      'the entities differ from the frozen version 3',
    );
  });
});
