import { execFile, execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../lib/cli/command-list.ts';
import { optionsOf } from '../../lib/cli/line/flags.ts';

const root = join(import.meta.dirname, '..', '..');
const site = join(root, 'docs', '.vitepress', 'dist');
const run = promisify(execFile);

interface Look {
  readonly look: 'page' | 'search' | 'control';
  readonly path: string;
  readonly title: string;
  /** Pictures that did not load. */
  readonly pictures: string[];
  /** Elements that make the page scroll sideways on a phone. */
  readonly tooWide: string[];
  /** What the console said, and requests that failed or left the site. */
  readonly faults: string[];
  readonly word: string;
  readonly results: string[];
  readonly led: string;
}

let looks: Look[];
const those = (kind: Look['look']) => looks.filter(({ look }) => look === kind);

beforeAll(async () => {
  const [chromium] = ['chromium', 'chromium-browser', 'google-chrome'].flatMap(name => pathOf(name));
  if (!chromium) throw new Error('the site is looked at in a real Chromium: install the package chromium');
  await run('npm', ['run', 'docs'], { cwd: root, maxBuffer: 1 << 26 });
  const { stdout } = await run(process.execPath, [join(root, 'docs', 'look.ts'), site, chromium], {
    maxBuffer: 1 << 26,
  });
  looks = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Look);
}, 600_000);

function pathOf(name: string): string[] {
  try {
    return [execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()];
  } catch {
    return [];
  }
}

describe('the site in a real browser', () => {
  test('has every page, and each of them opens without a fault', () => {
    const sources = globSync(['docs/*.md', 'docs/{api,examples}/**/*.md'], { cwd: root });
    expect(sources.length).toBeGreaterThan(20);
    const paths = sources.map(path => path.replace(/^docs\//, '').replace(/md$/, 'html'));
    expect(those('page').map(({ path }) => path)).toEqual(paths.toSorted());
    const faulty = those('page').filter(({ title, pictures, faults }) => !title || pictures.length + faults.length > 0);
    expect(faulty).toEqual([]);
  });

  test('has no page that a phone has to scroll sideways', () => {
    expect(those('page').flatMap(({ path, tooWide }) => tooWide.map(element => `${path}: ${element}`))).toEqual([]);
  });

  test('would notice a fault and a page that is too wide', () => {
    const [control] = those('control');
    expect(control?.tooWide.at(-1)).toContain('width: 500px');
    expect(control?.faults).toEqual(['console: a fault']);
  });

  test('finds what is searched for, on a desk and on a phone', () => {
    expect(those('search').map(({ word, led, faults }) => ({ word, led, faults }))).toEqual([
      { word: 'VERSION_BEHIND', led: '/errors', faults: [] },
      { word: 'SIGTERM', led: expect.stringMatching(/^\/./), faults: [] },
    ]);
  });

  test('has a page of the command with each of its words and flags', () => {
    const page = readFileSync(join(root, 'docs', 'commands.md'), 'utf8');
    const [, ...sections] = page.split(/^## /m);
    expect(sections.map(section => section.split('\n')[0])).toEqual([
      ...COMMANDS.map(({ name }) => name),
      'Flags of every command',
    ]);
    const flags = COMMANDS.flatMap(command => optionsOf(command.flags).map(option => option.flags));
    expect(flags.filter(flag => !page.includes(`| \`${flag}\` |`))).toEqual([]);
  });

  test('has the same pages as text for machines', () => {
    const [list, full] = ['llms.txt', 'llms-full.txt'].map(name => readFileSync(join(site, name), 'utf8'));
    const links = [...(list ?? '').matchAll(/\]\(\/([^)]+)\): (.+)$/gm)].map(([, path = '', about = '']) => ({
      path,
      about,
    }));
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter(({ about }) => about.length < 20)).toEqual([]);
    const pages = those('page').map(({ path }) => path.replace(/(?:index)?\.html$/, ''));
    expect(links.filter(({ path }) => !pages.includes(path))).toEqual([]);
    expect(full).toContain('## VERSION_BEHIND');
  });
});
