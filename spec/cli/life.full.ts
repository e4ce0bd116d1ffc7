import { describe, expect, test } from '@jest/globals';
import { dejavu } from '../support/cli/run.ts';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { describeRise, describeTurns } from './life.ts';

describe('on postgresql', () => {
  describeRise(postgresql);
  describeTurns(postgresql);
});

describe('on sqlite', () => {
  describeTurns(sqliteFile);

  test('a database is saved before its first step', async () => {
    await using database = await sqliteFile.create();
    const env = { ZOO_DATABASE: database.address as string };
    const backup = `${database.address}.before`;
    await dejavu(['install', '--schema', './schema.ts#FirstSchema'], { env: { ...env, ZOO_RELEASE: '1' } });
    const upgraded = await dejavu(['upgrade', '--backup', backup], { env });
    expect(upgraded.stdout).toContain(`  backup: ${backup}\n`);
    expect(await dejavu(['status'], { env: { ZOO_DATABASE: backup } })).toMatchObject({ code: 2 });
  });
});
