import { readFileSync } from 'node:fs';
import { defineConfig, type MarkdownOptions } from 'vitepress';
import { writeForMachines } from './for-machines.ts';
import { aboutOf, PAGES } from './pages.ts';

const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

// A link that leads nowhere ends the build: that is VitePress's default.
export default defineConfig({
  title: 'mikro-orm-dejavu',
  description: 'Schema versioning that ships inside your MikroORM 7 application.',
  lang: 'en',
  cleanUrls: true,
  head: [['link', { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' }]],
  srcExclude: ['blocks/**'],
  markdown: { config: linkExamples },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/why' },
      { text: 'Commands', link: '/commands' },
      { text: 'API', link: '/api/' },
      { text: `v${own.version}`, link: '/limits' },
    ],
    sidebar: PAGES.map(({ part, pages }) => ({
      text: part,
      items: pages.map(([path, text]) => ({ text, link: `/${path}` })),
    })),
  },
  transformPageData({ relativePath, description }) {
    const about = aboutOf(relativePath.replace(/(?:index)?\.md$/, ''));
    return { description: about ?? description };
  },
  buildEnd: ({ srcDir, outDir }) => writeForMachines(srcDir, outDir),
});

/** Where the repository is read, `../examples/…` leads to a file. On the site it leads to the page made of that. */
function linkExamples(markdown: Parameters<NonNullable<MarkdownOptions['config']>>[0]): void {
  markdown.core.ruler.push('link-examples', state => {
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      const name = /^\.\.\/examples\/([\w-]+)/.exec(token.attrGet('href') ?? '')?.[1];
      if (name !== undefined) token.attrSet('href', `/examples/${name}`);
    }
  });
}
