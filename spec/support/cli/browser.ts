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
  if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Opens a page that `dejavu show` wrote, at a version, and returns what went wrong in it. */
export async function lookAt(file: string, version: number, picture: string): Promise<readonly string[]> {
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
    await takePicture(page, picture);
    return faults;
  } finally {
    await browser.close();
  }
}
