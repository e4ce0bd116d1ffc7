import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { makeApplication } from '../support/cli/application.ts';

describe.each([sqliteFile, postgresql])('rehearsals and backups by the command on $name', kind => {
  test('from a rehearsal to a restored backup', async () => {
    await using database = await kind.create();
    using application = makeApplication({ Animal: 'name: p.string()' });
    const dejavu = (args: readonly string[], on = database) =>
      application.dejavu(args, { ZOO_DATABASE: on.address ?? '' });
    await dejavu(['init', '--name', 'ZooSchema']);
    await dejavu(['upgrade']);
    await database.execute(`insert into animal (id, name) values (7, 'Leo'), (9, 'Adele')`);
    expect(await dejavu(['rehearse'])).toMatchObject({
      code: 0,
      stdout: 'zoo: level at version 1, nothing to rehearse\n',
    });
    application.entities({ Animal: 'name: p.string(), legs: p.integer()' });
    await dejavu(['next', '--fill', 'animal.legs=4']);

    const rehearsed = await dejavu(['rehearse']);
    expect(rehearsed).toMatchObject({ code: 0 });
    expect(rehearsed.stdout.replaceAll(/\d[\d.]* m?s/g, 'a moment')).toMatch(
      kind === sqliteFile
        ? /^zoo: rehearsed from version 1 to 2 on a copy of the file, made in a moment\. The database was not changed\./
        : /^zoo: rehearsed from version 1 to 2 on a copy by a dump, which has no tables of other applications, made in/,
    );
    expect(rehearsed.stdout).toMatch(/ {2}animal +2 +2 +\+ legs \w+ not null\n/);
    const { code, stdout } = await dejavu(['rehearse', '--json']);
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
      code: 0,
      command: 'rehearse',
      schemas: [{ guid: 'zoo', from: 1, to: 2, outcome: 'upgraded', steps: [{ version: 2 }], differences: [] }],
    });
    expect(await database.execute('select * from animal order by id')).toEqual([
      { id: 7, name: 'Leo' },
      { id: 9, name: 'Adele' },
    ]);

    // The copy of a file has what the file has; a dump refuses what its version does not have.
    await database.execute('alter table animal add column extra integer');
    expect(await dejavu(['rehearse', '--verify', 'report'])).toMatchObject({
      code: 7,
      stdout: expect.stringContaining(
        kind === sqliteFile
          ? 'rehearsed from version 1 to 2'
          : 'The rehearsal failed. The database itself was not changed.',
      ),
    });
    await database.execute('alter table animal drop column extra');

    const folder = join(mkdtempSync(join(tmpdir(), 'dejavu-cli-')), 'backups');
    expect(await dejavu(['upgrade', '--keep-backups', '3'])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('--backup ./backups'),
    });
    const upgraded = await dejavu(['upgrade', '--backup', folder, '--keep-backups', '3']);
    expect(upgraded).toMatchObject({ code: 0 });
    const [, backup = ''] = /^ {2}backup: (.*-0001-v1)$/m.exec(upgraded.stdout) ?? [];
    expect(existsSync(backup)).toBe(true);
    // The newest of the folder, in a database that is not there yet.
    await using empty = await kind.create();
    const restored = await dejavu(['restore', folder], empty);
    expect(restored).toMatchObject({ code: 0 });
    expect(restored.stdout).toMatch(
      /^zoo: restored 2 rows in 1 table at version 1, upgraded to version 2 by 1 step in /,
    );
    expect(await empty.execute('select name, legs from animal order by id')).toEqual([
      { name: 'Leo', legs: 4 },
      { name: 'Adele', legs: 4 },
    ]);
    expect(await dejavu(['restore', folder], empty)).toMatchObject({ code: 1 });
  });
});
