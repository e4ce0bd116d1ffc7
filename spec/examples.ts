import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { COMPILED } from './support/processes.ts';

const folder = join(import.meta.dirname, '..', 'examples');

/** All examples that run by themselves: files, and the `main.ts` of a project. The one to type along has a spec of its own. */
export const EXAMPLES: readonly string[] = [
  ...globSync('*.ts', { cwd: folder }),
  ...globSync('*/main.ts', { cwd: folder, exclude: ['08-next-version'] }),
];

/** Those that a newcomer's run of the specs runs; the others are in the long suite. */
export const FIRST: readonly string[] = ['quickstart.ts', '01-first-schema.ts', '02-changing-storage.ts'];

/** What each example prints, line by line; a pattern where the machine or the hour has a say. */
export const outputs: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  'quickstart.ts': [
    '1  The first release boots on an empty file.',
    '   installed at version 1: its tables, and the row that says so, in one transaction.',
    "   3 animals move in. An exhibit lists them in a text: The Penguin Encounter has '1,2'.",
    '2  The second release boots on the same file: its code says 2, the database says 1.',
    '   upgraded from 1 to 2: upgradeTo_2 moved exhibit.animals to animal.exhibit_id, all of it or nothing.',
    '   Percy is still there, and knows its exhibit now: The Penguin Encounter.',
    '   Adele is still there, and knows its exhibit now: The Penguin Encounter.',
    '   Tony is still there, and knows its exhibit now: Tiger River.',
    '3  It boots again.',
    '   level: one SELECT, and nothing to do.',
    '4  The first release is started by mistake. Its guard runs before anything else:',
    '   refused with VERSION_AHEAD: the storage it was written for is gone.',
    /^ {3}"zoo: this code is version 1, the database is at version 2, .* may use it\. Start a newer release\. .*"$/,
    '5  Who did what, as the database remembers it:',
    /^ {3}install: nothing → 1, in \d+ ms, by zoo 1\.0\.0$/,
    /^ {3}upgrade: 1 → 2, in \d+ ms, by zoo 2\.0\.0$/,
  ],
  '01-first-schema.ts': [
    'Before: missing, the code is at 1 and the database at nothing.',
    'First boot: installed at version 1.',
    'The storage is there, and onInstall was: Leo with 4 legs.',
    'Second boot: level, one SELECT and nothing else.',
    'The guard passes: this code may run on this database.',
    'A table was lost: assertStorage completed what was missing, animal.',
  ],
  '02-changing-storage.ts': [
    'In production: version 1, with 2 animals.',
    'upgrade(2): 1 → 2.',
    'The old release goes on running beside it: step 2 is declared compatible with version 1.',
    /^A step with a mistake: STEP_FAILED, zoo: upgradeTo_3 failed: no such column: famly\. The database is at version 2\. /,
    'Nothing of it stayed: the database is at version 2.',
    'The mended step: 2 → 3, this call ran step 3.',
    '  Leo: family Lion, stomachs 1',
    '  Bella: family Cow, stomachs 4',
    'The next boots find nothing to do.',
    'The old release is not welcome now: ahead, the database is at 3 and wants code from 3 on.',
  ],
  '03-guarding-startup.ts': [
    'Boot with a wrong connection string: nothing is installed, the service does not start.',
    /^ {2}VERSION_MISSING: zoo: .*zo\.db has no version, and install is false\. Check the connection string\. /,
    'Boot, and SIGTERM in the middle of the upgrade: the database stays at the version it had.',
    '  /ready: 503, behind, the database is at version 1',
    '  UPGRADE_ABORTED: zoo: the signal stopped the call. The database is at version 1. Call again to continue.',
    'Boot again: the upgrade is made, the service is ready.',
    '  /ready: 200, level, the database is at version 2',
    'A newer release upgrades the database under it: it says so, and can be taken out of rotation.',
    '  /ready: 503, ahead, the database is at version 3',
    'SIGTERM: the service ended.',
  ],
  '04-many-replicas.ts': [
    'The bank is at version 1, its one account has a balance of 0.',
    ...Array.from(
      { length: 4 },
      () => /^Replica \d: (upgraded, at version 4, ran the steps|level, at version 4, found)/,
    ),
    'All 4 succeeded, and between them they ran the steps 2, 3, 4.',
    'The balance is 111.',
  ],
  '05-moving-data.ts': [
    'Version 1: an animal has a species, and the name of its keeper.',
    '  step 2: 3 of 3 rows',
    '  step 2: 3 of 3 rows',
    'Upgraded from 1 to 3: step 2, step 3.',
    'Leo is a lion on 4 legs, kept by Ann.',
    'Pingu is a penguin on 2 legs, kept by Bob.',
    'Elsa is a lion on 4 legs, kept by Ann.',
    'There are 2 keepers, made from the names.',
  ],
  '06-going-back.ts': [
    'Back from 3 to 2: nothing is lost by a rename.',
    /^Refused before the first write, TARGET_INVALID: zoo: 1 is not a valid target: the steps lose data: /,
    'Back at 1. What went: animal.keeper_id (1), animal.legs (1), keeper (1).',
    /^No further, TARGET_INVALID: zoo: 0 is not a valid target: the step back from 1 to 0 is missing\. /,
    'And up again, from 1 to 3.',
  ],
  '07-desktop.ts': [
    'The user has a file at version 2, with a note in it.',
    /^STEP_FAILED: notes: upgradeTo_7 failed: no such column: titel\. The database is at version 2\. The backup .*\. Fix the cause/,
    'The window stayed alive meanwhile.',
    'The old release still runs: the file is at version 2.',
    'Upgraded from 2 to 9, saved before.',
    'What was saved is at version 2, note and all.',
  ],
  '09-from-the-migrator.ts': [
    'The Migrator ran Migration20250117093000; the zoo has 2 animals.',
    /^Not yet, TARGET_INVALID: zoo: 1 is not a valid target: MikroORM's Migrator has not run Migration20250602141500 here\. /,
    'The Migrator ran Migration20250602141500: adopted at version 1, nothing else was touched.',
    'The next release boots: 1 → 2, as it would anywhere.',
    '  Leo: lion on 4 legs',
    '  Pingu: penguin on 2 legs',
    'On an empty database: installed, at version 2.',
  ],
  '10-drift.ts': [
    'Fresh. zoo: the storage matches version 2.',
    'After a night with a database tool. zoo: the storage differs from version 2.',
    'animal',
    '  index animal_at_night is extra: CREATE INDEX animal_at_night on animal (name)',
    'keeper',
    '  column shoe_size is extra: integer null',
    'A step that does nothing: STEP_FAILED, the database is at version 2 as before.',
    'The right step: 2 → 3. Different before, and kept: animal.index.animal_at_night.',
    'Without its row: adopted at version 3, which is the one with this storage.',
  ],
  '11-dump-and-restore.ts': [
    'Dumped 2 rows at version 1:',
    '["id","name","species","keeper_name"]',
    '[1,"Leo","lion","Joan"]',
    '[2,"Pingu","penguin","Joan"]',
    'Restored at version 1, and upgraded to 3:',
    '  Leo is kept by Joan of the zoo',
    '  Pingu is kept by Joan of the zoo',
    '  again at version 1: 0 differences',
    '  steps at version 2: 0 differences',
    '  steps at version 3: 0 differences',
    '  storage after steps at version 3: 0 differences',
    '  in place at version 1: 0 differences',
    '  storage at version 1: 0 differences',
    '  in place at version 2: 0 differences',
    '  storage at version 2: 0 differences',
    '  new storage at version 3: 0 differences',
    'Both ways lead to the same rows.',
  ],
  '12-from-sqlite-to-postgresql.ts': [
    'Refused: animal.name of 2, PostgreSQL keeps no null character.',
    'Moved 2 rows at version 1, with nobody else writing.',
    'There: level.',
    'Both dumps have 91 and 91 bytes.',
  ],
  '13-reference-data.ts': [
    'Release 1: Adele is a penguin.',
    'Release 2, which forgot her: FIXTURE_REFUSED',
    '  Category "penguin" is not in the fixture, and 1 row refers to it: Animal.category of 1. Say what they get with replacedBy: { Category: { "penguin": … } }',
    '  and the rows are as they were: animal, penguin',
    'Release 2:',
    '  the fixture: 2 inserted, 1 updated, 1 deleted',
    '  Adele is a bird now, and the categories are animal, bird, mammal.',
    'A fresh installation: animal, bird, mammal',
  ],
  '16-nestjs/main.ts': [
    'The first release boots:',
    '  zoo: installing version 1',
    '  zoo: installed at version 1',
    'The Schema is injected, and knows the database: version 1.',
    'The second release boots beside it:',
    '  zoo: upgradeTo_2 started',
    /^ {2}zoo: upgradeTo_2 finished after .+$/,
    '  zoo: upgraded at version 2',
    'Health of the first: down',
    'Health of the second: up',
    'The first release is started once more, and only asserts:',
    '  VERSION_AHEAD',
  ],
  '17-fastify/main.ts': [
    'zoo: installing version 1',
    'zoo: installed at version 1',
    'The server is ready.',
    'GET /ready: 200 {"ready":true,"reasons":[],"schemas":[{"guid":"zoo","standing":"level","deployed":1,"latest":1}]}',
    'GET /animals: 200 []',
    'GET /ready: 503',
  ],
  '18-pictures/main.ts': [
    'zoo: from version 1 to 3',
    '┌────────────────────────────────┐  ┌──────────────┐',
    '│ ~ Animal                       │  │ + Keeper     │',
    '├────────────────────────────────┤  ├──────────────┤',
    '│ ~ family (was species)  string │  │ *id  integer │',
    '│ + keeper               Keeper? │  │ name  string │',
    '│ + legs                 integer │  └──────────────┘',
    '│ - keeperName            string │',
    '└────────────────────────────────┘',
    '',
    'For a pull request:',
    'erDiagram',
    '  Animal {',
    '    integer id PK',
    '    string family "was species; changed: columns"',
    '    Keeper keeper FK "nullable"',
    '    integer legs',
    '    string name',
    '  }',
    '  Keeper {',
    '    integer id PK',
    '    string name',
    '  }',
    '  Animal }o--o| Keeper : "keeper"',
    '  classDef changed fill:#fff3cd,stroke:#9a6700',
    '  class Animal changed',
    '',
    'For tools that read DBML:',
    'Table "animal" {',
    '  "id" "integer" [pk, increment, not null]',
    `  "keeper_name" "text" [not null, note: 'Animal.keeperName']`,
    '  "name" "text" [not null]',
    '  "species" "text" [not null]',
    '}',
    '',
    'A page with all versions and their steps, which fetches nothing:',
    '  the source of upgradeTo_3',
    '  one file of its own',
  ],
  '19-opentelemetry.ts': [
    'upgrade > install 1',
    'upgrade 1',
    'upgrade > waiting',
    'upgrade > upgradeTo_2 2',
    'upgrade > upgradeTo_3 3, exception',
    'upgrade, exception',
  ],
  '15-modules/main.ts': [
    'search: installed at 1',
    'billing: installed at 1',
    'accounts: installed at 1',
    'A mistake. search: not begun',
    'A mistake. billing: failed',
    'A mistake. accounts: not finished',
    /^Ready\? search: the database is behind, at version 1; .*accounts: the database is behind, at version 2; this code is version 3$/,
    '  billing: upgradeTo_2 started',
    '  billing: upgradeTo_2 finished',
    '  search: upgradeTo_2 started',
    '  search: upgradeTo_2 finished',
    '  accounts: upgradeTo_3 started',
    '  accounts: upgradeTo_3 finished',
    '  search: upgraded at version 2',
    '  billing: upgraded at version 2',
    '  accounts: upgraded at version 3',
    'The search finds EUR.',
    'Going back alone. accounts: cannot go back to version 1: billing at version 2 needs it at version 2.',
  ],
};

/** Runs examples as a reader would. */
export function describeExamples(examples: readonly string[]): void {
  test.each(examples)('%s runs as it is, prints what happened, and leaves nothing behind', async file => {
    const temporary = mkdtempSync(join(tmpdir(), 'dejavu-examples-'));
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, file)], {
        cwd: temporary,
        env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary },
      });
      expect(stderr).toBe('');
      const expected = outputs[file] ?? [];
      const lines = stdout.trimEnd().split('\n');
      expect(lines.map((line, index) => fitting(line, expected[index]))).toEqual(expected);
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      rmSync(temporary, { recursive: true });
    }
  });
}

/** A line that fits its pattern stands for it, so that the rest can be compared as it is. */
function fitting(line: string, pattern: string | RegExp | undefined): string | RegExp {
  return pattern instanceof RegExp && pattern.test(line) ? pattern : line;
}
