import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

const examples = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => asTheReaderSeesIt(read(join('examples', path))));

/** The examples import the source, which needs no build, where an application names the package. */
function asTheReaderSeesIt(code: string): string {
  return code
    .replaceAll(/'\.\.\/lib\/index\.ts';(?: \/\/.*)?/g, `'mikro-orm-dejavu';`)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => asTheReaderSeesIt(code));

test('what the README shows is run by the specs', () => {
  expect(blocks.length).toBeGreaterThan(1);
  expect(blocks.filter(block => !examples.some(example => example.includes(block)))).toEqual([]);
});

test('the README is read in one go', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
});

test.each(['README.md', 'CHANGELOG.md'])('what %s links to is there', file => {
  const links = [...read(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter(link => !leadsSomewhere(link))).toEqual([]);
});

test('the places and commands that the README names are there', () => {
  const places = [...readme.matchAll(/`((?:lib|spec|examples|bench)\/[\w./-]*)`/g)].map(([, place = '']) => place);
  expect(places.length).toBeGreaterThan(3);
  expect(places.filter(place => !existsSync(join(root, place)))).toEqual([]);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const commands = [...readme.matchAll(/npm (?:run )?(quickstart|test|bench)\b/g)].map(([, name = '']) => name);
  expect(new Set(commands)).toEqual(new Set(['quickstart', 'test', 'bench']));
  expect(commands.filter(name => !(name in scripts))).toEqual([]);
});

function leadsSomewhere(link: string): boolean {
  return /^https:\/\/[\w-]+\.[\w-]+/.test(link) || existsSync(join(root, link));
}
