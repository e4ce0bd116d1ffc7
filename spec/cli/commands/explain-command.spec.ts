import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../lib/cli/command-list.ts';
import { explain, readPages } from '../../../lib/cli/commands/explain-command.ts';
import { codeOfError, EXIT_CODES, DeclinedError, UsageError } from '../../../lib/cli/exit-codes.ts';
import { failureData, failureText } from '../../../lib/cli/failure-text.ts';
import { COMMON_OPTIONS, optionsOf } from '../../../lib/cli/line/flags.ts';
import { VersionBehindError } from '../../../lib/index.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const errorCodes = [...read('lib/errors.ts').matchAll(/readonly code = '(\w+)'/g)].map(([, code = '']) => code);
/** A process that a signal ends answers with 128 and the number of the signal. */
const exitCodes = [...Object.values(EXIT_CODES), 130, 143].map(String);
const pages = readPages();
const plain = (_: string, text: string) => text;

async function run(word?: string) {
  if (explain.needs !== 'nothing') throw new Error('explain needs no project');
  return explain.run({ word, paint: plain } as Parameters<typeof explain.run>[0]);
}

test('every error code and every exit code has one page, and there is no other', () => {
  expect(errorCodes.length).toBeGreaterThan(10);
  expect(pages.map(({ code }) => code).toSorted()).toEqual([...errorCodes, ...exitCodes].toSorted());
});

test('every section of the docs has an anchor with its code', () => {
  const anchors = [...read('docs/errors.md').matchAll(/^<a id="(.+)"><\/a>\n\n## (.+)$/gm)].map(([, id, heading]) => [
    heading?.replace('Exit code ', ''),
    id,
  ]);
  expect(anchors).toEqual(pages.map(({ code }) => [code, /^\d/.test(code) ? `exit-${code}` : code]));
});

describe.each(pages.filter(({ code }) => code !== '0').map(page => [page.code, page.text] as const))(
  '%s',
  (_, text) => {
    test('says what it means, a typical cause, where to look and how to fix it, in that order', () => {
      expect(text).toMatch(
        /^[\w`][\s\S]+?\n\n\*\*Typical cause:\*\* [\s\S]+?\n\n\*\*Look:\*\* ?[\s\S]*?\n\n\*\*Fix:\*\*/,
      );
    });

    test('names only commands and flags that exist', () => {
      for (const [, name, rest = ''] of text.matchAll(/^npx dejavu (\w+)(.*)$/gm)) {
        expect(['help', ...COMMANDS.map(command => command.name)]).toContain(name);
        const command = COMMANDS.find(each => each.name === name);
        const known = [...COMMON_OPTIONS, ...optionsOf(command?.flags ?? [])].map(({ long }) => long);
        for (const [flag] of rest.matchAll(/--[\w-]+/g)) expect(known).toContain(flag);
      }
    });
  },
);

test.each(errorCodes)('%s says its exit code, as the command chooses it', code => {
  const error = Object.assign(new VersionBehindError({ guid: 'zoo', deployed: 2, latest: 3 }), { code });
  const text = pages.find(page => page.code === code)?.text.replaceAll(/\s+/g, ' ');
  expect(text).toContain(`The command exits with ${codeOfError(error)}`);
});

test('a page is shown without Markdown, for any spelling of its code', async () => {
  const { text, code } = await run('version_behind');
  expect(code).toBe(0);
  expect(text).toMatch(/^VERSION_BEHIND\n\nThe database is at a lower version/);
  expect(text).toMatch(/^ {4}npx dejavu upgrade$/m);
  expect(text).not.toMatch(/```|\*\*|<a id/);
  expect((await run('2')).text).toMatch(/^Exit code 2\n\nThe database is behind/);
});

test('without a code it lists all of them', async () => {
  const { text, more } = await run();
  for (const code of [...errorCodes, ...exitCodes.map(number => `Exit code ${number}`)]) expect(text).toContain(code);
  expect(more).toEqual({ pages });
});

test('a code that does not exist is refused with those that do', async () => {
  await expect(run('VERSION_BEHINDER')).rejects.toThrow(/'VERSION_BEHINDER'.*VERSION_BEHIND,/);
});

test('every error message for a person ends with the command that explains it, and no data does', () => {
  const behind = new VersionBehindError({ guid: 'zoo', deployed: 2, latest: 3 });
  const ends = (error: unknown) => failureText(error, plain).trimEnd().split('\n').at(-1);
  expect(ends(behind)).toBe('  more: npx dejavu explain VERSION_BEHIND');
  expect(ends(new UsageError('wrong'))).toBe('  more: npx dejavu explain 64');
  expect(ends(new DeclinedError('no'))).toBe('  more: npx dejavu explain 1');
  expect(ends(new Error('unexpected'))).toBe('  more: npx dejavu explain 1');
  expect(JSON.stringify(failureData(behind))).not.toContain('explain');
});
