import { createReadStream, existsSync, globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

/*
 * Looks at the built site in a real Chromium, and prints what it sees, a JSON object on each line:
 *
 *   node look.ts .vitepress/dist /usr/bin/chromium
 */
const [, , site = '', chromium = ''] = process.argv;

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true };
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

function say(what: object): void {
  console.log(JSON.stringify(what));
}

/** The file for a path, as a server with clean URLs finds it. */
function fileOf(path: string): string | undefined {
  const file = join(site, decodeURIComponent(path));
  return [file, `${file}.html`, join(file, 'index.html')].find(name => existsSync(name) && statSync(name).isFile());
}

const server = createServer((request, response) => {
  const file = fileOf(new URL(request.url ?? '/', 'http://site').pathname);
  if (!file) return void response.writeHead(404).end();
  // Every page loads the same scripts and styles: a server lets a browser keep them.
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'cache-control': 'max-age=3600',
  });
  createReadStream(file).pipe(response);
});
await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

/** A tab that writes down everything that goes wrong in it. */
async function open(browser: Browser, faults: string[]): Promise<Page> {
  const page = await browser.newPage();
  // the machine decides how long it takes: the limit only ends what hangs
  page.setDefaultTimeout(120_000);
  page.on('console', message => {
    if (['error', 'warn'].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', error => faults.push(`error: ${String(error)}`));
  page.on('requestfailed', request => faults.push(`failed: ${request.url()}`));
  page.on('response', response => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', request => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
      faults.push(`elsewhere: ${request.url()}`);
  });
  return page;
}

/** Opens each page on a desk and on a phone. */
async function lookAtPages(browser: Browser): Promise<void> {
  const faults: string[] = [];
  const page = await open(browser, faults);
  const pages = globSync('**/*.html', { cwd: site }).filter(path => path !== '404.html');
  for (const path of pages.toSorted()) {
    await page.setViewport(DESK);
    await visit(page, `/${path.replace(/(?:index)?\.html$/, '')}`);
    const title = await page.evaluate(
      () => document.querySelector('h1')?.textContent?.replaceAll('\u200B', '').trim() ?? '',
    );
    const pictures = await page.evaluate(() =>
      [...document.images].filter(image => image.naturalWidth === 0).map(image => image.src),
    );
    await page.setViewport(PHONE);
    say({ look: 'page', path, title, pictures, tooWide: await tooWide(page), faults: faults.splice(0) });
  }
  // What looks for faults is looked at itself: each of these has to be noticed.
  await page.evaluate(() => {
    document.querySelector('main')?.insertAdjacentHTML('beforeend', '<div style="width: 500px">wide</div>');
    console.error('a fault');
  });
  say({ look: 'control', tooWide: await tooWide(page), faults });
  await page.close();
}

/** Opens a page, and waits until its program is at work. */
async function visit(page: Page, path: string): Promise<void> {
  await page.goto(`${origin}${path}`, { waitUntil: 'load' });
  await page.waitForFunction(() => Reflect.has(document.querySelector('#app') ?? {}, '__vue_app__'));
}

/** What makes a page scroll sideways. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('main *')]
      .filter(element => element.getBoundingClientRect().right > width)
      .map(element => element.outerHTML.slice(0, 80));
  });
}

/** Searches as a reader does, and follows the first result. */
async function search(browser: Browser, view: typeof DESK, word: string): Promise<void> {
  const faults: string[] = [];
  const page = await open(browser, faults);
  await page.setViewport(view);
  await visit(page, '/');
  await page.click('.VPNavBarSearch button');
  await page.waitForSelector('#localsearch-input');
  await page.type('#localsearch-input', word);
  await page.waitForSelector('#localsearch-list a');
  const results = await page.$$eval('#localsearch-list a', links => links.map(link => link.getAttribute('href') ?? ''));
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.pathname !== '/');
  const led = await page.evaluate(() => location.pathname);
  say({ look: 'search', word, width: view.width, results, led, faults });
  await page.close();
}

const profile = mkdtempSync(join(tmpdir(), 'dejavu-chromium-'));
const browser = await puppeteer.launch({
  executablePath: chromium,
  headless: true,
  userDataDir: profile,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  await lookAtPages(browser);
  await search(browser, DESK, 'VERSION_BEHIND');
  await search(browser, PHONE, 'SIGTERM');
} finally {
  await browser.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}
