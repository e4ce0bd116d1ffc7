import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UNSUPPORTED, type UnsupportedName } from '../../../lib/dialects/drivers/unsupported.ts';
import { FOREIGN_DRIVERS, type ForeignDriver } from '../../support/foreign-drivers.ts';

const run = promisify(execFile);
const library = pathToFileURL(join(import.meta.dirname, '../../../lib/index.ts')).href;
const cells = Object.entries(FOREIGN_DRIVERS) as [UnsupportedName, ForeignDriver][];

let folder: string;

/** The real packages, in a folder of their own: together they weigh more than all that this project needs. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dejavu-foreign-'));
  const dependencies = Object.assign({}, ...cells.map(([, { packages }]) => packages)) as Record<string, string>;
  const front = { private: true, type: 'module', dependencies: { ...dependencies, '@mikro-orm/core': '7.2.1' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(front));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const program = (source: string) => `
  import { MikroORM } from '@mikro-orm/core';
  import { Schema } from ${JSON.stringify(library)};
  class Zoo extends Schema { guid = 'zoo'; latest = 1; async onInstall(step) { await step.execute('create table animal (id integer)'); } }
  const cell = async () => {${source}
  };
  const { options, written, close } = await cell();
  const calls = {
    upgrade: zoo => zoo.upgrade(), install: zoo => zoo.upgrade({ install: true }), adopt: zoo => zoo.adopt(1, { unverified: true }),
    assertStorage: zoo => zoo.assertStorage(), assertVersion: zoo => zoo.assertVersion(), status: zoo => zoo.status(),
  };
  const told = {};
  for (const [name, call] of Object.entries(calls)) {
    const orm = new MikroORM({ ...options, entities: [], discovery: { warnWhenNoEntities: false } });
    told[name] = await call(new Zoo(orm)).then(() => 'nothing', error => ({ code: error.code, driver: error.driver, message: error.message }));
  }
  console.log(JSON.stringify({ told, written: await written() }));
  await close?.();
  process.exit(0);
`;

test.each(cells)(
  '%s is refused with its reason by every call, and nothing is written',
  async (name, { source }) => {
    const file = join(folder, `${name}.mjs`);
    await writeFile(file, program(source));
    const { stdout } = await run(process.execPath, [file], { cwd: folder });
    const { told, written } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      told: Record<string, unknown>;
      written: unknown;
    };
    const { title, why, instead } = UNSUPPORTED[name];
    const driver = name === 'unknown' ? 'NewDriver' : title;
    const refused = {
      code: 'DRIVER_UNSUPPORTED',
      driver,
      message: `zoo: ${driver} is not supported. ${why} ${instead}`,
    };
    const calls = ['upgrade', 'install', 'adopt', 'assertStorage', 'assertVersion', 'status'];
    expect(told).toEqual(Object.fromEntries(calls.map(call => [call, refused])));
    expect(written).toEqual([]);
  },
  120_000,
);
