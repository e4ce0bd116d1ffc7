import { expect, test } from '@jest/globals';
import type { DatabaseKind } from '../support/databases.ts';
import { dejavu, startDejavu } from '../support/cli/run.ts';

interface Told {
  readonly command: string;
  readonly exitCode: number;
  readonly schemas: readonly Record<string, unknown>[];
  readonly error?: Record<string, unknown>;
}

const asFirst = ['--schema', './schema.ts#FirstSchema'];

function parse(stdout: string): Told {
  return JSON.parse(stdout) as Told;
}

/** Declares the test of what the command does with a database, from nothing to its last version. */
export function describeRise(kind: DatabaseKind): void {
  test('a database goes from nothing through all its versions', async () => {
    await using database = await kind.create();
    const env = { ZOO_DATABASE: database.address as string };
    const first = { env: { ...env, ZOO_RELEASE: '1' } };

    const nothing = await dejavu(['status'], { env });
    expect(nothing).toMatchObject({ code: 4, stderr: '' });
    expect(nothing.stdout).toMatch(/^schema {2}standing {2}latest {2}database\nzoo {5}missing {3}3 {7}\S.*\n$/);

    expect(await dejavu(['install', ...asFirst], first)).toMatchObject({
      code: 0,
      stdout: 'zoo: installed at version 1\n',
    });
    await database.execute("insert into animal (name, species) values ('Leo', 'lion')");
    expect(await dejavu(['status'], { env })).toMatchObject({ code: 2 });
    const behind = await dejavu(['install'], { env });
    expect(behind).toMatchObject({ code: 2, stdout: '' });
    expect(behind.stderr).toContain('Run npx dejavu upgrade.');

    const upgraded = await dejavu(['upgrade', '--release', 'zoo 3.0'], { env });
    expect(upgraded.code).toBe(0);
    expect(upgraded.stdout).toMatch(/^zoo: upgraded from version 1 to 3, 2 steps in [\d.]+ m?s\n$/);
    expect(upgraded.stderr).toMatch(
      /^zoo: upgradeTo_2\nzoo: upgradeTo_2, [\d.]+ m?s\nzoo: upgradeTo_3\nzoo: upgradeTo_3, [\d.]+ m?s\n$/,
    );
    expect(await database.execute('select name, family, legs from animal')).toEqual([
      { name: 'Leo', family: 'lion', legs: 4 },
    ]);
    expect(await dejavu(['upgrade'], { env })).toMatchObject({
      code: 0,
      stdout: 'zoo: level at version 3, nothing to do\n',
      stderr: '',
    });
    expect(await dejavu(['install'], { env })).toMatchObject({
      code: 0,
      stdout: 'zoo: level at version 3, nothing is missing\n',
    });
  });
}

/** Declares the tests of all else that it does with one: back, adopted, let in, refused, interrupted. */
export function describeTurns(kind: DatabaseKind): void {
  const place = kind.dialect === 'sqlite' ? /zoo\.db$/ : /^the database "zoo_\w+" on 127\.0\.0\.1:\d+$/;

  test('code that the database is ahead of is let in with a reason', async () => {
    await using database = await kind.create();
    const env = { ZOO_DATABASE: database.address as string };
    const first = { env: { ...env, ZOO_RELEASE: '1' } };
    await dejavu(['install'], { env });
    const ahead = await dejavu(['upgrade', ...asFirst], first);
    expect(ahead.code).toBe(3);
    expect(ahead.stderr).toContain('run npx dejavu allow 1 --reason <text>.');
    const because = ['allow', '1', ...asFirst, '--reason', 'the rollback at night'];
    expect(await dejavu(because, first)).toMatchObject({
      code: 0,
      stdout: 'zoo: the database at version 3 allows code from version 1 on; before, from version 3 on\n',
    });
    expect(await dejavu(because, first)).toMatchObject({
      stdout: 'zoo: the database at version 3 allows code from version 1 on, as before\n',
    });
    expect(await dejavu(['upgrade', ...asFirst], first)).toMatchObject({ code: 0 });
    const allowed = await dejavu(['status', ...asFirst], first);
    expect(allowed.code).toBe(3);
    expect(allowed.stdout).toContain('1, so this code may run');

    const history = await dejavu(['status', '--log'], { env });
    const [head, install, allow] = history.stdout.split('\n').slice(4);
    expect(head).toMatch(/^when +how +from +to +took +by +as +reason$/);
    expect(install).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}install +3 +[\d.]+ m?s +\S+, pid \d+ +\w+$/);
    // aligned: each column begins where its head does
    expect(allow?.indexOf('the rollback')).toBe(head?.indexOf('reason'));
  });

  test('the way back says what it loses, and has to be meant', async () => {
    await using database = await kind.create();
    const env = { ZOO_DATABASE: database.address as string };
    await dejavu(['upgrade', '--release', 'zoo 3.0'], { env });
    await database.execute("insert into animal (name, family, legs) values ('Leo', 'lion', 4)");
    const asked = await dejavu(['downgrade', '2'], { env });
    expect(asked).toMatchObject({ code: 64, stdout: '' });
    expect(asked.stderr).toMatch(
      /go back from version 3 to 2 in .*\? There is no terminal to ask in\. To confirm, add --yes\./,
    );

    expect(await dejavu(['downgrade', '2', '--yes'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^zoo: downgraded from version 3 to 2, 1 step in /),
    });
    const lossy = await dejavu(['downgrade', '1', '--yes'], { env });
    expect(lossy.code).toBe(64);
    expect(lossy.stderr).toContain('forgets how many legs there are. To go back anyway, add --allow-loss.');
    expect(await dejavu(['downgrade', '1', '--yes', '--allow-loss'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^zoo: downgraded from version 2 to 1, .*\n {2}dropped with version 2: animal\.legs, 1 row\n$/,
      ),
    });
    expect(await dejavu(['downgrade', '1'], { env })).toMatchObject({
      code: 0,
      stdout: 'zoo: level at version 1, nothing to do\n',
    });

    const history = await dejavu(['status', '--log', '--json'], { env });
    expect(parse(history.stdout)).toMatchObject({
      command: 'status',
      exitCode: 2,
      schemas: [
        {
          guid: 'zoo',
          standing: 'behind',
          deployed: 1,
          latest: 3,
          holder: null,
          database: expect.stringMatching(place),
          log: [
            { from: null, to: 3, how: 'install', release: 'zoo 3.0', reason: null },
            { from: 3, to: 2, how: 'downgrade', at: expect.stringMatching(/^\d{4}-.*Z$/) },
            { from: 2, to: 1, how: 'downgrade', tookMs: expect.any(Number) },
          ],
        },
      ],
    });
  });

  test('a database with storage and no version is adopted', async () => {
    await using database = await kind.create();
    const env = { ZOO_DATABASE: database.address as string };
    const [id, text] =
      kind.dialect === 'sqlite'
        ? ['integer not null primary key autoincrement', 'text']
        : ['serial primary key', 'varchar(255)'];
    await database.execute(`create table animal (id ${id}, name ${text} not null, species ${text} not null)`);
    const refused = await dejavu(['upgrade'], { env });
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('Run npx dejavu adopt to record');
    expect(await dejavu(['adopt', '1'], { env })).toMatchObject({ code: 0, stdout: 'zoo: adopted at version 1\n' });
    const again = await dejavu(['adopt', '1', '--json'], { env });
    expect(again.code).toBe(1);
    expect(parse(again.stdout)).toMatchObject({
      command: 'adopt',
      exitCode: 1,
      schemas: [],
      error: { name: 'SchemaTargetError', code: 'TARGET_INVALID', guid: 'zoo', target: 1 },
    });
    const upgraded = await dejavu(['upgrade', '2', '--json'], { env });
    expect(parse(upgraded.stdout)).toMatchObject({
      exitCode: 0,
      schemas: [{ guid: 'zoo', from: 1, to: 2, outcome: 'upgraded', steps: [{ version: 2 }] }],
    });
  });

  test('an empty database is not installed where that was forbidden', async () => {
    await using database = await kind.create();
    const env = { ZOO_DATABASE: database.address as string };
    expect(await dejavu(['upgrade', '--no-install'], { env })).toMatchObject({ code: 4, stdout: '' });
    await database.execute('create table others (id integer)');
    expect(await dejavu(['upgrade'], { env })).toMatchObject({ code: 4 });
    expect(await dejavu(['upgrade', '--install'], { env })).toMatchObject({ code: 0 });
  });

  test('who finds somebody at it gives up after --wait-ms, and SIGTERM ends the other at a whole version', async () => {
    await using database = await kind.create();
    const run = { project: 'troubled', env: { ZOO_DATABASE: database.address as string } };
    await dejavu(['install', '--schema', 'long.ts#ShortSchema'], run);
    const long = ['upgrade', '--schema', 'long.ts#LongSchema'];

    await using busy = startDejavu(long, run);
    await busy.says(/zoo: upgradeTo_3\n/);
    const late = await dejavu([...long, '--wait-ms', '0', '--json'], run);
    expect(late.code).toBe(6);
    expect(parse(late.stdout)).toMatchObject({ exitCode: 6, error: { code: 'UPGRADE_BUSY' } });
    const seen = await dejavu(['status', '--schema', 'long.ts#LongSchema'], run);
    expect(seen).toMatchObject({ code: 2 });
    expect(seen.stdout).toMatch(/working +database\nzoo +behind +1 +3 +pid \d+ on \S+ \(to version 2, since .*Z\)/);

    expect(seen.stdout).not.toContain('announced an upgrade');
    const working = await dejavu(['status', '--schema', 'long.ts#LongSchema', '--json'], run);
    expect(parse(working.stdout)).toMatchObject({ schemas: [{ isAtWork: true }] });

    busy.kill('SIGTERM');
    const stopped = await busy.finished;
    expect(stopped.code).toBe(143);
    expect(stopped.stderr).toContain('the signal stopped the call. The database is at version 1.');
    expect(await database.execute('select version, stage from deployed_version')).toEqual([
      { version: 1, stage: null },
    ]);
  });

  test('a process that was killed is not said to be at work', async () => {
    await using database = await kind.create();
    const run = { project: 'troubled', env: { ZOO_DATABASE: database.address as string } };
    await dejavu(['install', '--schema', 'long.ts#ShortSchema'], run);
    const status = ['status', '--schema', 'long.ts#LongSchema'];
    const free = await dejavu([...status, '--json'], run);
    expect(parse(free.stdout)).toMatchObject({ schemas: [{ holder: null, isAtWork: null }] });
    await using doomed = startDejavu(['upgrade', '--schema', 'long.ts#LongSchema'], run);
    await doomed.says(/zoo: upgradeTo_3\n/);
    doomed.kill('SIGKILL');
    await doomed.finished;
    const before = await database.execute('select * from deployed_version');
    let seen = await dejavu(status, run);
    // The server notices with its next answer that its client is gone.
    while (!seen.stdout.includes('announced an upgrade')) seen = await dejavu(status, run);
    expect(seen.code).toBe(2);
    expect(seen.stdout).not.toContain('working');
    expect(seen.stdout).toMatch(
      /\nzoo: pid \d+ on \S+ \(to version 2, since \S+Z\) announced an upgrade, but holds no lock\. That process has ended\. Run npx dejavu upgrade: it does not wait\.\n$/,
    );
    const json = await dejavu([...status, '--json'], run);
    expect(parse(json.stdout)).toMatchObject({ schemas: [{ isAtWork: false, holder: { pid: expect.any(Number) } }] });
    expect(await database.execute('select * from deployed_version')).toEqual(before);
  });
}
