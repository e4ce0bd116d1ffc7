import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { cutOff, launchBrowser, takePicture } from '../support/cli/browser.ts';
import { makeProject, type TemporaryProject } from '../support/cli/project.ts';
import { dejavu } from '../support/cli/run.ts';

const LIFE = join(import.meta.dirname, '..', 'support', 'life');

let project: TemporaryProject;
const run = (...args: string[]) => dejavu(['show', ...args], { project: project.folder });

beforeAll(() => {
  project = makeProject({
    'package.json': '{ "type": "module", "dejavu": { "schema": "./schema.ts#Zoo" } }',
    'mikro-orm.config.ts': `
      import { defineConfig } from '@mikro-orm/sqlite';
      import { entitiesOf } from '${LIFE}/schema.ts';
      export default defineConfig({ dbName: 'zoo.db', entities: await entitiesOf(10) });
    `,
    'schema.ts': `
      import { Schema } from '@lib';
      import { life } from '${LIFE}/steps.ts';
      import { versions } from '${LIFE}/versions/index.ts';
      export class Zoo extends Schema {
        readonly guid = 'life';
        readonly latest = 10;
        override readonly versions = versions;
      }
      for (const [name, value] of Object.entries(life)) Object.defineProperty(Zoo.prototype, name, { value });
    `,
  });
});
afterAll(() => project[Symbol.dispose]());

describe('dejavu show', () => {
  test('draws latest, a version or a difference for a terminal, and makes no database', async () => {
    const latest = await run();
    expect(latest).toMatchObject({ code: 0, stderr: '' });
    expect(latest.stdout).toMatch(/^life: version 10\n┌─/);
    expect((await run('7')).stdout).toMatch(/Exhibit/);
    expect((await run('--diff', '7..8')).stdout).toMatch(/~ Enclosure \(was Exhibit\)/);
    expect(existsSync(join(project.folder, 'zoo.db'))).toBe(false);
  });

  test('prints Mermaid, DBML and JSON', async () => {
    expect((await run('--mermaid', '--diff', '1..10')).stdout).toMatch(/^erDiagram\n[^]*class Enclosure changed\n/);
    expect((await run('3', '--dbml')).stdout).toMatch(/^Table "animal" \{\n/);
    const { schemas } = JSON.parse((await run('--json', '--diff', '7..8')).stdout) as { schemas: [object] };
    expect(schemas[0]).toMatchObject({ guid: 'life', from: 7, version: 8, diagram: { boxes: expect.any(Array) } });
  });

  test('says what it does not have', async () => {
    expect(await run('11')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('life: version 11 is not frozen. These are: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10.'),
    });
    for (const [args, said] of [
      [['--diff', '8..7'], '--diff goes from the older version to the newer one: --diff 7..8.'],
      [['--diff', '7'], 'Write two versions, for example 1..2.'],
      [['3', '--diff', '1..2'], 'Use a version or --diff, not both.'],
      [['--mermaid', '--dbml'], 'Use one of --mermaid, --dbml.'],
      [['--dbml', '--diff', '1..2'], 'DBML cannot express changes.'],
    ] as const) {
      expect(await run(...args)).toMatchObject({ code: 64, stderr: expect.stringContaining(said) });
    }
  });

  test('replaces no file that is none of its pictures, and draws nothing before it knows', async () => {
    const nowhere = join(project.folder, 'nowhere', 'zoo.html');
    for (const [args, said] of [
      [['--html', nowhere], `The folder '${join(project.folder, 'nowhere')}' does not exist.`],
      [['--svg', 'schema.ts'], "'schema.ts' exists and was not written by dejavu show."],
      [['--html', '.'], "'.' exists and was not written by dejavu show."],
    ] as const) {
      expect(await run(...args)).toMatchObject({ code: 64, stderr: expect.stringContaining(said) });
    }
    expect(readFileSync(join(project.folder, 'schema.ts'), 'utf8')).toContain('class Zoo');
  });

  test('writes a difference as SVG that stands alone', async () => {
    const file = join(project.folder, 'zoo.svg');
    writeFileSync(file, '<svg >of an earlier run</svg>');
    expect(await run('--svg', file, '--diff', '7..8')).toMatchObject({
      code: 0,
      stdout: `life: version 8 in ${file}\n`,
    });
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
    expect(text.match(/class="box changed"/g)).toHaveLength(2);
  });
});

describe('the page in a real browser', () => {
  const faults: string[] = [];
  let browser: Browser | undefined;
  let page: Page;

  beforeAll(async () => {
    // A history to show.
    const file = join(project.folder, 'zoo.html');
    const runs = [await dejavu(['install'], { project: project.folder }), await run('--html', file)];
    if (runs.some(({ code }) => code !== 0)) throw new Error(JSON.stringify(runs));
    browser = await launchBrowser();
    const address = pathToFileURL(file).href;
    page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    page.on('console', message => faults.push(message.text()));
    page.on('pageerror', error => faults.push(String(error)));
    page.on('request', request => {
      if (!request.url().startsWith(address)) faults.push(`fetched ${request.url()}`);
    });
    await page.goto(address);
  }, 120_000);
  afterAll(() => browser?.close());

  const version = () => page.$eval('#version', node => node.textContent);
  const boxes = () => page.$$eval('svg .box', nodes => nodes.map(node => node.getAttribute('data-entity') ?? ''));
  /** Where a box stands in the picture, whatever is in it. */
  const placeOf = (name: string) =>
    page.$eval(`svg .box[data-entity="${name}"] > .frame`, frame => [frame.getAttribute('x'), frame.getAttribute('y')]);

  test('opens at latest, from a file, and fetches nothing', async () => {
    expect(await version()).toBe('v10');
    expect(await boxes()).toContain('Enclosure');
    expect(faults).toEqual([]);
    expect(await page.$eval('#panel', node => node.textContent)).toContain('install to 10');
    expect(await page.title()).toBe('life: versions of the storage');
  });

  test('the slider and the keys go through the versions, and boxes stay where they are', async () => {
    await page.focus('#slider');
    await page.keyboard.press('Home');
    expect(await version()).toBe('v1');
    expect(new URL(page.url()).hash).toBe('#v=1');
    const [animal, exhibit] = [await placeOf('Animal'), await placeOf('Exhibit')];
    await page.focus('#stage');
    for (let n = 1; n < 8; n += 1) await page.keyboard.press('ArrowRight');
    expect(await version()).toBe('v8');
    expect([await placeOf('Animal'), await placeOf('Enclosure')]).toEqual([animal, exhibit]);
    const panel = await page.$eval('#panel', node => node.textContent);
    for (const said of ['Exhibit is Enclosure', 'exhibit is enclosure', 'renameStorage', 'Plan'])
      expect(panel).toContain(said);
  });

  test('shows what changed in colour, or the version alone', async () => {
    const changed = () => page.$$eval('svg .changed, svg .added, svg .removed', nodes => nodes.length);
    expect(await changed()).toBeGreaterThan(0);
    expect(await cutOff(page)).toEqual([]);
    await takePicture(page, 'show-page');
    await page.keyboard.press('c');
    expect(await changed()).toBe(0);
    await page.keyboard.press('c');
  });

  test('finds an entity, follows an address, and turns dark', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('keep');
    expect(await page.$$eval('svg .found', nodes => nodes.map(node => node.getAttribute('data-entity')))).toEqual([
      'Keeper',
    ]);
    const before = await page.$eval('svg', node => node.getAttribute('viewBox'));
    await page.keyboard.press('Enter');
    expect(await page.$eval('svg', node => node.getAttribute('viewBox'))).not.toBe(before);
    await page.keyboard.press('Escape');
    await page.evaluate(`location.hash = '#v=3'`);
    await page.waitForFunction(`document.querySelector('#version').textContent === 'v3'`);
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await paper();
    await page.click('#theme');
    expect(await paper()).not.toBe(light);
  });

  test('says that an address leads to no version, and goes to what changed', async () => {
    await page.evaluate(`location.hash = '#v=99'`);
    await page.waitForFunction(`document.querySelector('#version').textContent === 'v10'`);
    expect(await page.$eval('#found', node => node.textContent)).toBe('version 99 is not on this page');
    const before = await page.$eval('svg', node => node.getAttribute('viewBox'));
    await page.click('#panel li button');
    expect(await page.$eval('svg', node => node.getAttribute('viewBox'))).not.toBe(before);
    await page.click('#whole');
  });

  test('prints, fits a phone, and had no fault', async () => {
    expect((await page.pdf()).byteLength).toBeGreaterThan(5000);
    await page.setViewport({ width: 390, height: 844, isMobile: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(faults).toEqual([]);
  });
});
