import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { postgresql } from '../support/databases.ts';
import { blocksOf } from '../support/docs/blocks.ts';
import { play } from '../support/docs/play.ts';
import { makeWorkplace } from '../support/docs/workplace.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (page: string) => readFileSync(join(root, page), 'utf8');

const pages = ['README.md', ...globSync('docs/*.md', { cwd: root, exclude: ['docs/commands.md'] }).toSorted()];
const withCode = pages.filter(page => blocksOf(read(page)).length > 0);

const workplace = makeWorkplace();
afterAll(() => workplace[Symbol.dispose]());

/** How long it took, and which process did it, is another matter each time. */
function comparable(text: string): string {
  return text.replaceAll(/\b\d+(?:\.\d)? m?s\b/g, '1 ms').replaceAll(/\bpid \d+\b/g, 'pid 1');
}

test.each(withCode)(
  '%s: every block runs, and says what the page says',
  async page => {
    const markdown = read(page);
    const name = page.replaceAll(/[/.]/g, '-');
    await using database = /DATABASE_URL/.test(markdown + framesOf(markdown)) ? await postgresql.create() : undefined;
    const played = await play(markdown, {
      folder: join(workplace.folder, 'pages', name),
      copies: join(workplace.folder, 'copies', name),
      // a page may have one of its own
      frame: existsSync(join(root, 'docs', 'blocks', basename(page, '.md') + '.ts'))
        ? basename(page, '.md')
        : undefined,
      env: database?.address ? { DATABASE_URL: database.address } : {},
    });
    if (comparable(played) === comparable(markdown)) return;
    // `UPDATE_DOCS=1 npm run test:full -- spec/docs/blocks.full.ts` writes the page anew, to be read before it is committed
    if (process.env['UPDATE_DOCS']) writeFileSync(join(root, page), played);
    expect(comparable(played)).toBe(comparable(markdown));
  },
  300_000,
);

function framesOf(markdown: string): string {
  const names = new Set(blocksOf(markdown).flatMap(({ frame }) => (frame === undefined ? [] : [frame])));
  return [...names].map(name => read(`docs/blocks/${name}.ts`)).join('\n');
}

test('a page that is wrong is noticed', async () => {
  const stage = (name: string) => ({
    folder: join(workplace.folder, 'pages', name),
    copies: join(workplace.folder, 'wrong', name),
    env: {},
  });
  const program = (code: string) => `\`\`\`ts\n${code}\n\`\`\`\n`;
  await expect(play(program(`throw new Error('no');`), stage('throws'))).rejects.toThrow('no');
  const page = `${program('console.log(1);')}\n<!-- prints -->\n\n\`\`\`text\n2\n\`\`\`\n\n\`\`\`console\n$ echo 3\n4\n\`\`\`\n`;
  expect(await play(page, stage('differs'))).toBe(page.replace('\n2\n', '\n1\n').replace('\n4\n', '\n3\n'));
});

test('every block compiles strictly', async () => {
  const { compilerOptions } = JSON.parse(read('tsconfig.json')) as { compilerOptions: Record<string, unknown> };
  const options = {
    ...compilerOptions,
    noUnusedLocals: false,
    noUnusedParameters: false,
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  const config = { compilerOptions: options, include: ['copies/**/*.ts', 'copies/**/*.mts'] };
  writeFileSync(join(workplace.folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const run = promisify(execFile)(process.execPath, [tsc, '-p', workplace.folder], { cwd: workplace.folder });
  const said = await run.then(
    () => '',
    (error: { stdout?: string }) => error.stdout ?? String(error),
  );
  expect(said).toBe('');
}, 300_000);
