/*
 * What it costs, beside the raw driver and MikroORM's Migrator, in one run: npm run bench
 *
 * PostgreSQL is the one that DEJAVU_PG_URL leads to, or one of its own, started here.
 */
import { join } from 'node:path';
import { farPostgresql } from './far-postgresql.ts';
import { postgresql, sqliteFile } from '../spec/support/databases.ts';
import { startRun } from '../spec/support/run.ts';
import { commandTime, setUpProject } from './command-time.ts';
import { dumps, DUMPS } from './dump.ts';
import { freshInstall } from './fresh-install.ts';
import { frozenVersions } from './frozen-versions.ts';
import { type Race, type Result, run } from './harness.ts';
import { hundredSchemas } from './hundred-schemas.ts';
import { importTime } from './import-time.ts';
import { installSize } from './install-size.ts';
import { manySteps } from './many-steps.ts';
import { movingRows } from './moving-rows.ts';
import { noOpBoot } from './no-op-boot.ts';
import { publish } from './published.ts';
import { LOOKS, storageLook } from './storage-look.ts';
import { table } from './table.ts';

const own = process.env['DEJAVU_PG_URL'] ? undefined : await startRun();
if (own) process.env['DEJAVU_PG_URL'] = own.url;

const began = performance.now();
const results: Result[] = [];
/** Words of the races to be run alone: `npm run bench -- 'a transaction each'`. Nothing else is measured then. */
const wanted = process.argv.slice(2);
try {
  for await (const race of races()) {
    if (wanted.length > 0 && !isWanted(`${race.what}, ${race.on}`)) continue;
    tell(`${race.what}, ${race.on}`);
    results.push(await run(race));
  }
  const alone = [...(isWanted(LOOKS) ? [await looks()] : []), ...(isWanted(DUMPS) ? [await travels()] : [])];
  const told = wanted.length === 0 ? await theRest() : alone;
  tell('done');
  console.log(`\n${[...(results.length > 0 ? [table(results)] : []), ...told].join('\n\n')}`);
} finally {
  await own?.end();
}

/** Says what is done, to whoever waits for the table. */
function tell(what: string): void {
  const seconds = (performance.now() - began) / 1000;
  process.stderr.write(`${seconds.toFixed(0).padStart(4)} s  ${what}\n`);
}

function isWanted(what: string): boolean {
  return wanted.some(words => what.includes(words));
}

/** What the look at the storage takes, on both dialects. */
async function looks(): Promise<string> {
  tell(LOOKS);
  return [await storageLook(sqliteFile), await storageLook(postgresql)].join('\n');
}

/** What it takes to dump and to restore, on both dialects. */
async function travels(): Promise<string> {
  tell(DUMPS);
  return [await dumps(sqliteFile), await dumps(postgresql)].join('\n');
}

/** What is no race between somebody and somebody else. */
async function theRest(): Promise<string[]> {
  tell('building');
  using published = await publish();
  tell('importing');
  results.push(await importTime(published));
  tell('a long history');
  using project = await setUpProject(published);
  tell('frozen versions');
  const frozen = await frozenVersions(join(project.folder, 'versions'));
  const looked = await looks();
  const travelled = await travels();
  tell('the command');
  return [frozen, looked, travelled, await commandTime(project), await installSize(published)];
}

async function* races(): AsyncGenerator<Race> {
  for (const kind of [sqliteFile, postgresql]) yield await noOpBoot(kind);
  for (const kind of [sqliteFile, postgresql]) yield await hundredSchemas(kind);
  yield manySteps(sqliteFile, 'plan', 1.5);
  yield manySteps(postgresql, 'plan', 1.2);
  yield manySteps(sqliteFile, 'step', 1.2);
  yield manySteps(postgresql, 'step', 1.3);
  yield manySteps(farPostgresql, 'step', 1.3);
  yield await freshInstall(sqliteFile, 2);
  yield await freshInstall(postgresql, 1);
  for (const kind of [sqliteFile, postgresql]) yield movingRows(kind, 'fill');
  for (const kind of [sqliteFile, postgresql]) yield movingRows(kind, 'each');
}
