import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PAGES } from '../../docs/.vitepress/pages.ts';
import { COMMANDS } from '../../lib/cli/command-list.ts';
import type { Output } from '../../lib/cli/output.ts';
import { parseLine } from '../../lib/cli/line/parse-line.ts';
import { blocksOf, readPage } from '../support/docs/blocks.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const listed = PAGES.flatMap(({ pages }) => pages.map(([path]) => path));
/** Pages that are made when the site is built are not among them. */
const written = globSync('docs/*.md', { cwd: root, exclude: ['docs/commands.md'] }).toSorted();

test('every page and every example is listed, once', () => {
  const pages = written.map(path => path.replace(/^docs\/(.*)\.md$/, '$1')).filter(path => path !== 'index');
  const examples = [...globSync('examples/*.ts', { cwd: root }), ...globSync('examples/*/README.md', { cwd: root })]
    .map(path => path.replace(/(?:\.ts|\/README\.md)$/, ''))
    .filter((path, index, all) => all.indexOf(path) === index);
  expect(listed.toSorted()).toEqual([...pages, ...examples, 'api/', 'commands'].toSorted());
});

test('the page of operations has every operation of a step', () => {
  const verbs = [...read('lib/operations/step.ts').matchAll(/^ {2}async (\w+)[<(]/gm)].map(([, verb = '']) => verb);
  const page = read('docs/operations.md');
  expect(verbs.length).toBeGreaterThan(15);
  expect(verbs.filter(verb => !new RegExp(`^###? .*\\b${verb}\\b|\`${verb}\``, 'm').test(page))).toEqual([]);
});

test.each(written)('%s: every link leads somewhere', page => {
  const prose = readPage(read(page))
    .filter(part => typeof part === 'string')
    .join('');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter(link => !leadsSomewhere(page, link))).toEqual([]);
});

test.each(['README.md', ...written])('%s: the shell and dejavu understand every command', async page => {
  const blocks = blocksOf(read(page)).filter(({ language }) => language === 'sh');
  const wrong: string[] = [];
  for (const { code, line } of blocks) {
    execFileSync('bash', ['-n'], { input: code });
    for (const [, args = ''] of code.matchAll(/^npx dejavu (.*?)(?: +#.*| *[|>;&].*)?$/gm)) {
      const said: string[] = [];
      const parsed = await parseLine(wordsOf(args), COMMANDS, silent(said));
      if ('isHelp' in parsed && !parsed.isHelp) wrong.push(`line ${line}: ${args}: ${said.join('')}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.each(written)('%s: what is no program is in order, too', async page => {
  const codeIn = (wanted: string) =>
    blocksOf(read(page)).flatMap(({ language, code }) => (language === wanted ? [code] : []));
  for (const json of codeIn('json')) expect(JSON.parse(json)).toBeInstanceOf(Object);
  for (const yaml of codeIn('yaml')) {
    expect(yaml).not.toContain('\t');
    for (const [, list = ''] of yaml.matchAll(/command: \[npx, dejavu, (.*)\]/g)) {
      const words = list.split(', ').map(word => word.replaceAll(/^'|'$/g, ''));
      expect(await parseLine(words, COMMANDS, silent([]))).toHaveProperty('command');
    }
  }
});

function silent(said: string[]): Output {
  const hear = (text: string) => void said.push(text);
  return { print: hear, say: hear, flushed: async () => {} };
}

/** The words of a command line, as a shell takes its quotes away. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
}

function leadsSomewhere(page: string, link: string): boolean {
  if (/^https:\/\/[\w-]+\.[\w-]+/.test(link)) return true;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  // those are made when the site is built
  if (/^docs\/(?:api\/|commands\.md)/.test(target)) return true;
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).includes(anchor);
}

/** The anchors that GitHub and VitePress agree on: they spell an apostrophe differently. */
function anchorsOf(markdown: string): string[] {
  const named = [...markdown.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].flatMap(([, text = '']) => {
    const [github, vitepress] = [text.replaceAll(/[^\w\s-]/g, ''), text.replaceAll(/[^\w\s-]/g, ' ')].map(words =>
      words.trim().toLowerCase().replaceAll(/\s+/g, '-'),
    );
    return github !== undefined && github === vitepress ? [github] : [];
  });
  return [...named, ...headings];
}
