import { join } from 'node:path';
import type { Call } from '../../boot/call.ts';
import { upgrade } from '../../boot/verbs.ts';
import { showFirst } from '../../drift/show-difference.ts';
import { isSchemaError, type SchemaError } from '../../errors.ts';
import { differencesAt } from '../../verify/verify-storage.ts';
import { dumpDatabase } from '../dump-database.ts';
import { restoreDump } from '../restore/restore-database.ts';
import { withScratchCall } from '../scratch/scratch-call.ts';
import type { Exceptions } from '../writing/left-out.ts';
import { compareDumps, type DumpDifference } from './compare-dumps.ts';
import type { Manifest } from '../manifest.ts';

/** A check that begins. */
export interface DoubleDumpProgress {
  /** `dump` reads the database itself. */
  readonly check: DoubleDumpCheck['check'] | 'dump';
  /** The folder of an old dump; `undefined` for the database. */
  readonly dump: string | undefined;
  /** The version that is restored; `undefined` while the database is read. */
  readonly version: number | undefined;
}

/** The result of a check: lines that differ, or the error that prevented the comparison. */
export type DoubleDumpDifference =
  | ({ readonly kind: 'dump' } & DumpDifference)
  | { readonly kind: 'storage'; readonly path: string }
  | { readonly kind: 'error'; readonly error: SchemaError };

/** One comparison of a double dump test. */
export interface DoubleDumpCheck {
  readonly check: 'again' | 'steps' | 'in place' | 'storage' | 'across';
  /** The folder of an old dump; `undefined` for the database. */
  readonly dump: string | undefined;
  /** The version that was restored. */
  readonly version: number;
  readonly differences: readonly DoubleDumpDifference[];
}

/** A dump to test. */
export interface TestedDump {
  /** How it is called; `undefined` for that of the database. */
  readonly name: string | undefined;
  readonly folder: string;
  readonly manifest: Manifest;
  /** Tells its files from those of the others. */
  readonly number: number;
}

/** The Schema, where dumps stand meanwhile, and the Schema on another engine, if it is tested too. */
export interface Testing {
  readonly call: Call;
  readonly other: Call | undefined;
  readonly folder: string;
  readonly onProgress: (progress: DoubleDumpProgress) => void;
}

/** Errors of the dump, the steps or the storage, and not of the place where they are tested. */
const TELLING: ReadonlySet<string> = new Set<SchemaError['code']>([
  'DUMP_INVALID',
  'RESTORE_REFUSED',
  'STEP_FAILED',
  'STORAGE_DIFFERS',
]);

/** Checks one dump in every way. */
export async function checkDump(testing: Testing, tested: TestedDump): Promise<readonly DoubleDumpCheck[]> {
  const checks: DoubleDumpCheck[] = [];
  const { call, onProgress } = testing;
  const { version } = tested.manifest;
  const check: RunCheck = async (name, at, work) => {
    call.signal?.throwIfAborted();
    onProgress({ check: name, dump: tested.name, version: at });
    checks.push({ check: name, dump: tested.name, version: at, differences: await orError(work) });
  };
  const place = (name: string) => join(testing.folder, `${tested.number}-${name}`);
  const dumps = await inPlace(testing, tested, { check, place });
  const { latest } = call.definition;
  const last = dumps.get(latest);
  if (last !== undefined && version < latest)
    for (const [at, dump] of dumps) if (at < latest) await twoWays(testing, { at, dump, last }, { check, place });
  if (last !== undefined) await check('storage', latest, () => freshStorage(testing));
  if (testing.other) await across(testing, testing.other, tested, { check, place });
  return checks;
}

type RunCheck = (
  name: DoubleDumpCheck['check'],
  version: number,
  work: () => Promise<readonly DoubleDumpDifference[]>,
) => Promise<void>;

interface Tools {
  readonly check: RunCheck;
  /** Names a folder for a dump. */
  readonly place: (name: string) => string;
}

/**
 * Restores a dump and dumps it again. Then steps lead the storage from version to version.
 *
 * @returns a dump of each version that it had
 */
async function inPlace(
  { call, folder }: Testing,
  { folder: dump, manifest }: TestedDump,
  { check, place }: Tools,
): Promise<ReadonlyMap<number, string>> {
  const { version } = manifest;
  const { latest } = call.definition;
  const dumps = new Map<number, string>();
  await withScratchCall(call, folder, async scratch => {
    let isThere = false;
    await check('again', version, async () => {
      await restoreDump(scratch, dump, { stay: true });
      isThere = true;
      await dumpDatabase(scratch, place('again'), { except: exceptionsOf(manifest), isScratch: true });
      return fromDumps(await compareDumps(dump, place('again')));
    });
    if (!isThere) return;
    dumps.set(version, dump);
    for (let next = version + 1; next <= latest; next += 1) {
      if (!call.definition.versionOf(next)) continue;
      let isReached = false;
      await check('steps', next, async () => {
        await upgrade(scratch, next);
        await dumpDatabase(scratch, place(`in-place-${next}`), { isScratch: true });
        isReached = true;
        return [];
      });
      if (!isReached) return;
      dumps.set(next, place(`in-place-${next}`));
    }
    if (dumps.has(latest)) await check('storage', version, () => storageOf(scratch, latest));
  });
  return dumps;
}

/** Restores what a database had at a version, leads it to latest at once, and compares. */
async function twoWays(
  { call, folder }: Testing,
  { at, dump, last }: { readonly at: number; readonly dump: string; readonly last: string },
  { check, place }: Tools,
): Promise<void> {
  const { latest } = call.definition;
  await withScratchCall(call, folder, async scratch => {
    let isThere = false;
    await check('in place', at, async () => {
      await restoreDump(scratch, dump, {});
      isThere = true;
      await dumpDatabase(scratch, place(`restored-${at}`), { isScratch: true });
      return fromDumps(await compareDumps(last, place(`restored-${at}`)));
    });
    if (isThere) await check('storage', at, () => storageOf(scratch, latest));
  });
}

async function freshStorage({ call, folder }: Testing): Promise<readonly DoubleDumpDifference[]> {
  const { latest } = call.definition;
  return withScratchCall(call, folder, async scratch => {
    await upgrade(scratch, latest);
    return storageOf(scratch, latest);
  });
}

/** Moves a dump to the other engine and back: both dumps must equal the first. */
async function across(
  { call, folder }: Testing,
  other: Call,
  { folder: dump, manifest }: TestedDump,
  { check, place }: Tools,
): Promise<void> {
  const { version } = manifest;
  const except = exceptionsOf(manifest);
  const go = async (to: Call, from: string, into: string) =>
    withScratchCall(to, folder, async scratch => {
      await restoreDump(scratch, from, { stay: true });
      await dumpDatabase(scratch, into, { except, isScratch: true });
      return fromDumps(await compareDumps(dump, into));
    });
  await check('across', version, async () => {
    const there = await go(other, dump, place('there'));
    return there.length > 0 ? there : go(call, place('there'), place('back'));
  });
}

/** What was left out of a dump is empty after restoring, and is left out of the second dump again. */
function exceptionsOf({ leftOut }: TestedDump['manifest']): Exceptions {
  return Object.fromEntries(leftOut.map(({ entity, reason }) => [entity, { reason, references: 'null' }]));
}

async function storageOf(scratch: Call, version: number): Promise<readonly DoubleDumpDifference[]> {
  const differences = await differencesAt(scratch, version);
  return differences.map(difference => ({ kind: 'storage', path: showFirst([difference]) }));
}

function fromDumps(differences: readonly DumpDifference[]): readonly DoubleDumpDifference[] {
  return differences.map(difference => ({ kind: 'dump', ...difference }));
}

async function orError(work: () => Promise<readonly DoubleDumpDifference[]>): Promise<readonly DoubleDumpDifference[]> {
  try {
    return await work();
  } catch (error) {
    if (!isSchemaError(error) || !TELLING.has(error.code)) throw error;
    return [{ kind: 'error', error }];
  }
}
