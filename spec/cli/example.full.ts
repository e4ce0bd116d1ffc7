import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { copyRepository, EXAMPLE, ROOT } from '../support/cli/example.ts';
import { edit, openShell, readWalk } from '../support/cli/walk.ts';

const readme = readFileSync(join(ROOT, EXAMPLE, 'README.md'), 'utf8');

/** How long it took is another matter each time. */
function withoutDurations(text: string): string {
  return text.replaceAll(/\b\d+(?:\.\d)? m?s\b/g, '1 ms');
}

test('what the README of the example lets its reader type says what the README says', async () => {
  const moves = readWalk(readme);
  const typed = moves.flatMap(move => (move.kind === 'command' ? [move.line] : []));
  expect(typed.length).toBe(readme.match(/^\$ /gm)?.length);
  expect(new Set(typed.join(' ').match(/dejavu [a-z]+/g))).toEqual(
    new Set(
      ['check', 'next', 'plan', 'upgrade', 'redo', 'renumber', 'status', 'init', 'adopt'].map(name => `dejavu ${name}`),
    ),
  );
  using copy = copyRepository();
  await using shell = openShell(copy.folder);
  let { folder } = copy;
  for (const move of moves) {
    if (move.kind === 'edit') {
      edit(join(folder, move.path), move);
      continue;
    }
    const ran = await shell.run(move.line);
    folder = ran.folder;
    expect(withoutDurations(`$ ${move.line}\n${ran.output}`)).toBe(withoutDurations(`$ ${move.line}\n${move.output}`));
  }
}, 300_000);

test('what it says in passing is so too', async () => {
  const prose = readme.replaceAll(/^```.*?^```$/gms, '');
  const mentioned = [...prose.matchAll(/`((?:dejavu|npx|npm run) [^`]+)`/g)].map(([, line = '']) =>
    line.replace('\n', ' '),
  );
  using copy = copyRepository();
  await using shell = openShell(copy.folder);
  const say = async (line: string) => (await shell.run(line)).output;

  await say('export PATH="$PWD/node_modules/.bin:$PATH"');
  await say(`cd ${EXAMPLE}`);
  await say('git init --quiet --initial-branch=main && git add . && git commit --quiet --message begun');
  // the second version is what the command writes, to the letter
  expect(await say('dejavu next --amend')).toBe('zoo: version 2 is already up to date\n');
  await say('dejavu upgrade');
  const level = await say('dejavu status');
  expect(level).toContain('zoo     level     2         2       zoo.db\n');
  for (const line of ['npx mikro-orm-dejavu status', 'npm run status']) expect(await say(line)).toContain(level);

  const entities = join(copy.folder, EXAMPLE, 'entities.ts');
  edit(entities, { from: 'species: p.string(),', to: 'species: p.string(),\n    food: p.string().nullable(),' });
  expect(await say('dejavu next --dry-run')).toContain('+   async upgradeTo_3(step: Step<V2, V3>) {\n');
  expect(await say('git status --short')).toBe(' M entities.ts\n');
  await say('dejavu next && dejavu upgrade');
  expect(await say('dejavu downgrade 2 --allow-loss --yes')).toContain('zoo: downgraded from version 3 to 2, 1 step');
  edit(entities, { from: 'food: p.string()', to: 'meal: p.string()' });
  expect(await say('dejavu next --amend')).toContain('zoo: version 3 written again, from 2\n');
  expect(await say('dejavu upgrade')).toContain('zoo: upgraded from version 2 to 3, 1 step');
  expect(await say('dejavu status --log')).toMatch(/downgrade +3 +2 .*\n.* upgrade +2 +3 /);
  expect(JSON.parse(await say('dejavu status --json'))).toMatchObject({
    exitCode: 0,
    schemas: [{ guid: 'zoo', standing: 'level', deployed: 3, latest: 3 }],
  });

  expect(mentioned.toSorted()).toEqual(
    [
      'npx mikro-orm-dejavu status',
      'npm run status',
      'dejavu check',
      'dejavu next',
      'dejavu next --dry-run',
      'dejavu redo',
      'dejavu downgrade 2 --allow-loss',
      'dejavu next --amend',
      'dejavu status --log',
      'dejavu init',
      'dejavu next',
    ].toSorted(),
  );
}, 120_000);
