import { join } from 'node:path';
import type { Call } from '../../boot/call.ts';
import { showFirst } from '../../drift/show-difference.ts';
import { isSchemaError, type SchemaError } from '../../errors.ts';
import { translate } from '../../store/opening/translate.ts';
import { differencesAt } from '../../verify/verify-storage.ts';
import { dumpDatabase } from '../dump-database.ts';
import { restoreDump } from '../restore/restore-database.ts';
import { otherEnd } from '../move/other-end.ts';
import type { CompanyDump } from '../scratch/company.ts';
import { withScratchCompany } from '../scratch/scratch-company.ts';
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
  readonly check: 'again' | 'steps' | 'storage after steps' | 'in place' | 'storage' | 'new storage' | 'across';
  /** The folder of an old dump; `undefined` for the database. */
  readonly dump: string | undefined;
  /** The version that was restored, or that steps or an installation led to. */
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
  /** Dumps of the Schemas that this one needs, to restore before it. */
  readonly company: readonly CompanyDump[];
}

/** The Schema, where dumps stand meanwhile, and the Schema on another engine, if it is tested too. */
export interface Testing {
  readonly call: Call;
  /** The Schemas that it needs, in order. */
  readonly company: readonly Call[];
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
    for (const [at, dump] of dumps)
      if (at < latest) await twoWays(testing, { ...tested, at, dump, last }, { check, place });
  if (last !== undefined) await check('new storage', latest, () => freshStorage(testing));
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
  { call, company, folder }: Testing,
  { folder: dump, manifest, company: dumped }: TestedDump,
  { check, place }: Tools,
): Promise<ReadonlyMap<number, string>> {
  const { version } = manifest;
  const { latest } = call.definition;
  const dumps = new Map<number, string>();
  await withScratchCompany(
    call,
    folder,
    { company, dumps: dumped },
    async ({ call: scratch, meetNeeds, upgradeTo }) => {
      let isThere = false;
      await check('again', version, async () => {
        await meetNeeds(version);
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
          await upgradeTo(next);
          await dumpDatabase(scratch, place(`in-place-${next}`), { isScratch: true });
          isReached = true;
          return [];
        });
        if (!isReached) return;
        dumps.set(next, place(`in-place-${next}`));
      }
      const name = version < latest ? 'storage after steps' : 'storage';
      if (dumps.has(latest)) await check(name, latest, () => storageOf(scratch, latest));
    },
  );
  return dumps;
}

/** Restores what a database had at a version, leads it to latest at once, and compares. */
async function twoWays(
  { call, company, folder }: Testing,
  { at, dump, last, company: dumps }: Pick<TestedDump, 'company'> & DumpAt,
  { check, place }: Tools,
): Promise<void> {
  const { latest } = call.definition;
  await withScratchCompany(call, folder, { company, dumps }, async ({ call: scratch, meetNeeds, upgradeTo }) => {
    let isThere = false;
    await check('in place', at, async () => {
      await meetNeeds(at);
      await restoreDump(scratch, dump, { stay: true });
      await upgradeTo(latest);
      isThere = true;
      await dumpDatabase(scratch, place(`restored-${at}`), { isScratch: true });
      return fromDumps(await compareDumps(last, place(`restored-${at}`)));
    });
    if (isThere) await check('storage', at, () => storageOf(scratch, latest));
  });
}

/** A dump of a version, and of latest. */
interface DumpAt {
  readonly at: number;
  readonly dump: string;
  readonly last: string;
}

async function freshStorage({ call, company, folder }: Testing): Promise<readonly DoubleDumpDifference[]> {
  const { latest } = call.definition;
  return withScratchCompany(call, folder, { company, dumps: [] }, async ({ call: scratch, upgradeTo }) => {
    await upgradeTo(latest);
    return storageOf(scratch, latest);
  });
}

/** Moves a dump to the other engine and back: both dumps must equal the first. */
async function across(
  { call, company, folder }: Testing,
  other: Call,
  { folder: dump, manifest, company: dumps }: TestedDump,
  { check, place }: Tools,
): Promise<void> {
  const { version } = manifest;
  const except = exceptionsOf(manifest);
  const go = async (to: Call, around: readonly Call[], [from, into]: readonly [string, string]) =>
    withScratchCompany(to, folder, { company: around, dumps }, async ({ call: scratch }) => {
      await restoreDump(scratch, from, { stay: true });
      await dumpDatabase(scratch, into, { except, isScratch: true });
      return fromDumps(await compareDumps(dump, into));
    }).catch((error: unknown) => {
      throw translate(to.database, error);
    });
  await check('across', version, async () => {
    const there = await go(
      other,
      company.map(one => otherEnd(one, other.database.orm, {})),
      [dump, place('there')],
    );
    return there.length > 0 ? there : go(call, company, [place('there'), place('back')]);
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
