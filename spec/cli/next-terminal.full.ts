import { expect, test } from '@jest/globals';
import { firstVersion, makeApplication } from '../support/cli/application.ts';
import { startDejavu } from '../support/cli/run.ts';
import { openTerminal } from '../support/cli/terminal.ts';

const renamed = { Animal: 'name: p.string(), family: p.string(), legs: p.integer()' };

test('a person answers what changed: likeliest first, and again after a bad answer', async () => {
  using zoo = makeApplication(renamed, firstVersion);
  await using terminal = openTerminal({ project: zoo.folder });

  terminal.type('dejavu next; echo "exit $?"');
  const first = await terminal.shows(/dropped, with its values/);
  expect(first).toMatch(/Animal\.species was removed\. What happened to it\?/);
  expect(first).toMatch(/● .*renamed to family at once.*\(same type, both not null\)/);
  terminal.press('Enter');

  await terminal.shows(/Animal\.legs is new and not nullable[^]*leave empty/);
  terminal.press('Enter');
  await terminal.shows(/the same value in all rows: a whole number/);
  terminal.type('four');
  await terminal.shows(/Expected: a whole number/);
  for (let letter = 0; letter < 4; letter += 1) terminal.press('BSpace');
  terminal.type('4');

  const written = await terminal.shows(/exit 0/);
  expect(written).toContain('zoo: version 2 written, from 1');
  expect(written).toMatch(/│ ~ family \(was species\) +string │/);
  expect(zoo.read('schema.ts')).toContain(
    "await step.renameProperty(before.Animal, 'species', after.Animal, 'family');",
  );
  expect(zoo.read('schema.ts')).toContain("await step.addProperty(after.Animal, 'legs', { fill: 4 });");
});

test('Ctrl-C at a question leaves every file as it is, and says so', async () => {
  using zoo = makeApplication(renamed, firstVersion);
  const before = zoo.files();
  await using terminal = openTerminal({ project: zoo.folder });
  terminal.type('dejavu next; echo "exit $?"');
  await terminal.shows(/What happened to it\?/);
  terminal.press('C-c');
  expect(await terminal.shows(/exit 1/)).toContain('Cancelled. Nothing was written.');
  expect(zoo.files()).toEqual(before);
});

test('a signal anywhere else does, too', async () => {
  using zoo = makeApplication(
    { Animal: 'name: p.string()' },
    {
      ...firstVersion,
      'slow.config.ts': `
        import { writeSync } from 'node:fs';
        import { isMainThread } from 'node:worker_threads';
        if (!isMainThread) {
          writeSync(2, 'reading once more');
          await new Promise(() => void setInterval(() => {}, 1000));
        }
        export { default } from './mikro-orm.config.ts';
      `,
    },
  );
  const before = zoo.files();
  await using running = startDejavu(['next', '--config', 'slow.config.ts'], { project: zoo.folder });
  await running.says(/reading once more/);
  running.kill('SIGINT');
  const ended = await running.finished;
  expect(ended).toMatchObject({ code: 130, stdout: '' });
  expect(ended.stderr).toContain('Stopped by a signal. Nothing was written.');
  expect(zoo.files()).toEqual(before);
});
