import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PAGES } from './pages.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');
const FOLDER = join(import.meta.dirname, '..', 'examples');

/** Makes a page of each example, as an application would write it: its comment is the text, the rest is the code. */
function writeExamples(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const file of globSync('*.ts', { cwd: EXAMPLES })) {
    const name = basename(file, '.ts');
    const guide = join(EXAMPLES, name, 'README.md');
    const source = readFileSync(join(EXAMPLES, file), 'utf8');
    writeFileSync(join(FOLDER, `${name}.md`), existsSync(guide) ? guideOf(guide, source) : pageOf(name, source));
  }
  for (const guide of globSync('*/README.md', { cwd: EXAMPLES })) {
    const page = join(FOLDER, `${basename(join(guide, '..'))}.md`);
    if (!existsSync(page)) writeFileSync(page, projectOf(join(EXAMPLES, guide, '..')));
  }
}

function pageOf(name: string, source: string): string {
  const [, comment = '', code = source] = /^\/\*\n(.*?)\n \*\/\n(.*)$/s.exec(source) ?? [];
  const lines = comment.split('\n').map(line => line.replace(/^ \* ?/, ''));
  const text = lines.filter(line => !/^ {2}/.test(line)).join('\n');
  const title = PAGES.flatMap(({ pages }) => pages).find(([path]) => path === `examples/${name}`)?.[1] ?? name;
  return `# ${title}\n\n${text.trim()}\n\n${fenced(code)}`;
}

function guideOf(guide: string, source: string): string {
  const text = readFileSync(guide, 'utf8').replaceAll(/\[([^\]]+)\]\(\.\.\/[\w-]+\.ts\)/g, '[$1](#the-program)');
  return `${text}\n## The program\n\n${fenced(source)}`;
}

/** The guide of a project, with the files that it links to behind it. */
function projectOf(project: string): string {
  const files: string[] = [];
  const text = readFileSync(join(project, 'README.md'), 'utf8').replaceAll(
    /\(\.\/([\w-]+)\.ts\)/g,
    (_, name: string) => {
      files.push(name);
      return `(#${name}-ts)`;
    },
  );
  const sources = files.map(
    name => `\n## ${name}.ts {#${name}-ts}\n\n${fenced(readFileSync(join(project, `${name}.ts`), 'utf8'))}`,
  );
  return text + sources.join('');
}

function fenced(code: string): string {
  const own = code
    .trim()
    .replaceAll(/'(?:\.\.\/)+lib\/(?:(\w+)\/)?index\.ts';(?: \/\/ yours: .*)?/g, (_, door?: string) =>
      door ? `'mikro-orm-dejavu/${door}';` : `'mikro-orm-dejavu';`,
    );
  return `\`\`\`ts\n${own}\n\`\`\`\n`;
}

writeExamples();
