import { existsSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

test('the README is read in one go', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(100);
});

test.each(['README.md', 'CHANGELOG.md'])('what %s links to is there', file => {
  const links = [...read(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter(link => !leadsSomewhere(link))).toEqual([]);
});

test('what the README links to is in the package, since its readers may have nothing else', () => {
  const { files } = JSON.parse(read('package.json')) as { files: string[] };
  const links = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link.replace(/#.*$/, ''));
  const own = links.filter(link => !link.startsWith('https:'));
  expect(own.length).toBeGreaterThan(5);
  const isPacked = (link: string) => files.some(file => matchesGlob(link, file) || link.startsWith(`${file}/`));
  expect(own.filter(link => !isPacked(link))).toEqual([]);
});

test('the commands that the README names are there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const commands = [...readme.matchAll(/npm (?:run )?(quickstart|test)\b/g)].map(([, name = '']) => name);
  expect(new Set(commands)).toEqual(new Set(['quickstart', 'test']));
  expect(commands.filter(name => !(name in scripts))).toEqual([]);
});

function leadsSomewhere(link: string): boolean {
  return /^https:\/\/[\w-]+\.[\w-]+/.test(link) || existsSync(join(root, link));
}
