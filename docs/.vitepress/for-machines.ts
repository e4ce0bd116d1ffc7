import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGES } from './pages.ts';

const ABOUT = 'Schema versioning that ships inside your MikroORM 7 application, for SQLite and PostgreSQL.';

/** Writes `llms.txt`, a list of the pages, and `llms-full.txt`, all of their text, next to the site. */
export function writeForMachines(sources: string, site: string): void {
  const parts = PAGES.map(({ part, pages }) => ({
    part,
    pages: pages.map(([path, title, about]) => ({ path, title, about, text: textOf(sources, path) })),
  }));
  const head = `# mikro-orm-dejavu\n\n> ${ABOUT}\n`;
  const list = parts.map(
    ({ part, pages }) =>
      `\n## ${part}\n\n${pages.map(({ path, title, about }) => `- [${title}](/${path}): ${about}\n`).join('')}`,
  );
  writeFileSync(join(site, 'llms.txt'), head + list.join(''));
  const texts = parts.flatMap(({ pages }) => pages.map(({ text }) => `\n---\n\n${text.trim()}\n`));
  writeFileSync(join(site, 'llms-full.txt'), head + texts.join(''));
}

function textOf(sources: string, path: string): string {
  const text = readFileSync(join(sources, path.endsWith('/') ? `${path}index.md` : `${path}.md`), 'utf8');
  return text.replace(/^---\n.*?\n---\n/s, '').replaceAll(/^<!--.*?-->\n+/gms, '');
}
