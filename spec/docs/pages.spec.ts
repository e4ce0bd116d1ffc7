import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PAGES } from '../../docs/.vitepress/pages.ts';
import { readPage } from '../support/docs/blocks.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const listed = PAGES.flatMap(({ pages }) => pages.map(([path]) => path));
const written = globSync('docs/*.md', { cwd: root }).toSorted();

test('every page and every example is listed, once', () => {
  const pages = written.map(path => path.replace(/^docs\/(.*)\.md$/, '$1')).filter(path => path !== 'index');
  const examples = [...globSync('examples/*.ts', { cwd: root }), ...globSync('examples/*/README.md', { cwd: root })]
    .map(path => path.replace(/(?:\.ts|\/README\.md)$/, ''))
    .filter((path, index, all) => all.indexOf(path) === index);
  expect(listed.toSorted()).toEqual([...pages, ...examples, 'api/'].toSorted());
});

test.each(written)('%s: every link leads somewhere', page => {
  const prose = readPage(read(page))
    .filter(part => typeof part === 'string')
    .join('');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter(link => !leadsSomewhere(page, link))).toEqual([]);
});

function leadsSomewhere(page: string, link: string): boolean {
  if (/^https:\/\/[\w-]+\.[\w-]+/.test(link)) return true;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  // that folder is made when the site is built
  if (target.startsWith('docs/api')) return true;
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).includes(anchor);
}

function anchorsOf(markdown: string): string[] {
  const named = [...markdown.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(/\s+/g, '-'),
  );
  return [...named, ...headings];
}
