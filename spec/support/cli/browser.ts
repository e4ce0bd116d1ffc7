import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

/** With it, the pictures of the documentation are taken anew, into this folder. */
const PICTURES = process.env['DEJAVU_PICTURES'];

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts a real Chromium. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = PLACES.find(existsSync);
  if (executablePath === undefined)
    throw new Error('the page is looked at in a real Chromium: install the package chromium');
  return puppeteer.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Takes a picture of a page for the documentation, if pictures are asked for. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  // The focus has an outline, which a reader takes for a part of the page.
  await page.evaluate('document.activeElement?.blur()');
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Finds what a page cuts off: text in its panel, and links in its picture. */
export async function cutOff(page: Page): Promise<readonly string[]> {
  const texts = await page.$$eval('#panel, #panel *', nodes =>
    nodes.filter(node => node.scrollWidth > node.clientWidth && node.clientWidth > 0).map(node => node.textContent),
  );
  const links = await page.$$eval('svg .link', nodes =>
    nodes.flatMap(node => {
      const { right, bottom } = node.getBoundingClientRect();
      const stage = node.ownerSVGElement?.getBoundingClientRect();
      return stage && (right > stage.right || bottom > stage.bottom) ? [node.textContent] : [];
    }),
  );
  return [...texts, ...links].map(text => `cut off: ${text}`);
}

/** How a page that `dejavu show` wrote is looked at. */
export interface Look {
  readonly version: number;
  readonly picture?: string | undefined;
  readonly theme?: 'dark';
}

/** Opens such a page, and returns what went wrong in it. */
export async function lookAt(file: string, { version, picture, theme }: Look): Promise<readonly string[]> {
  const faults: string[] = [];
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    page.on('console', message => faults.push(message.text()));
    page.on('pageerror', error => faults.push(String(error)));
    await page.goto(`${pathToFileURL(file).href}#v=${version}`);
    const shown = await page.$eval('#version', node => node.textContent);
    if (shown !== `v${version}`) faults.push(`it shows ${shown}`);
    faults.push(...(await cutOff(page)));
    if (theme) await page.click('#theme');
    if (picture !== undefined) await takePicture(page, picture);
    return faults;
  } finally {
    await browser.close();
  }
}
