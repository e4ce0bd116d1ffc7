import { withText } from '../../boot/outcome/report-text.ts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import type { Call, CallOptions } from '../../boot/call.ts';
import { abortedError } from '../../boot/look.ts';
import { SchemaTargetError, reasonOf } from '../../errors.ts';
import { openSchema } from '../../open-schema.ts';
import type { Schema } from '../../schema.ts';
import { translate } from '../../store/opening/translate.ts';
import { companyOf, dumpTogether, type CompanyDump } from '../scratch/company.ts';
import { withTemporaryFolder } from '../scratch/temporary-folder.ts';
import { MANIFEST } from '../writing/write-manifest.ts';
import { otherEnd } from '../move/other-end.ts';
import type { Exceptions } from '../writing/left-out.ts';
import { readManifest, type Manifest } from '../manifest.ts';
import {
  checkDump,
  type Testing,
  type DoubleDumpCheck,
  type DoubleDumpProgress,
  type TestedDump,
} from './check-dump.ts';
import { showDoubleDump } from '../report-texts.ts';

export interface DoubleDumpOptions extends Pick<CallOptions, 'signal' | 'waitMs'> {
  /**
   * A folder with old dumps, one in each of its folders, or a dump itself. They are tested instead of the database, which
   * need not exist then: only its engine is used. Dumps of the Schemas that this one needs are restored first.
   */
  readonly dumps?: string | undefined;
  /**
   * An ORM on a database of another engine, without entities, or a Schema of the same class on such an ORM. The dumps are
   * moved there and back, in scratch databases.
   */
  readonly across?: Schema | MikroORM | undefined;
  /** Entities whose rows are left out of the dump of the database, and why, as for `dump()`. */
  readonly except?: Exceptions | undefined;
  /** Is called when a check begins. Its errors are not caught. */
  readonly onProgress?: ((progress: DoubleDumpProgress) => void) | undefined;
}

/** The report of `doubleDump()`: the comparisons and the differences. */
export interface DoubleDumpReport {
  readonly guid: string;
  /** The tested dumps: the folder of an old dump, or `undefined` for the database, with the version and the rows. */
  readonly dumps: readonly {
    readonly folder: string | undefined;
    readonly version: number;
    readonly rows: number;
  }[];
  readonly checks: readonly DoubleDumpCheck[];
  /** Whether no check found a difference. */
  readonly isEqual: boolean;
  readonly ms: number;
  /** Shows the report in a few lines. Not enumerable: a report is plain data otherwise. */
  toString(): string;
}

/**
 * Tests dumps, restoring and steps with the rows of a database, or with old dumps. The database is only read. Everything
 * else happens in scratch databases of the same engine, which are removed afterwards.
 *
 * 1. `again`: a dump, restored and dumped again, is the same byte by byte.
 * 2. `steps`: the steps lead it from version to version. `in place`: what it had at each version, restored and
 *    led to `latest` at once, gives the same dump byte by byte.
 * 3. `storage after steps`, `storage`: the storage of both is that of `latest`. `new storage`: that of a fresh installation too.
 * 4. `across`: a dump, restored into another engine, dumped, and restored here again, is the same byte by byte each time.
 *
 * @returns the checks, each with its differences. A step that fails, and a dump that cannot be restored, are differences too.
 * The Schemas of the same ORM that this one needs are in the scratch databases too, with their rows: those of the database, or
 * those of the dumps in `dumps`. Their steps run as far as this one needs them.
 *
 * @throws {@link SchemaTargetError} for `dumps` without a dump, and for a Schema that needs one which is not on its ORM;
 * {@link PermissionDeniedError} if the role may not create a database; what `dump()` throws for the database itself
 */
export async function doubleDump(schema: Schema, options: DoubleDumpOptions = {}): Promise<DoubleDumpReport> {
  const { dumps, across, except = {}, onProgress = () => {}, ...patience } = options;
  const call = openSchema(schema).call(patience, 'doubleDump');
  const other = across && otherEnd(call, across, patience);
  const { guid } = call.database;
  const began = performance.now();
  const company = await companyOf(call);
  try {
    return await withTemporaryFolder(async folder => {
      const testing: Testing = { call, company, other, folder, onProgress };
      const tested = dumps === undefined ? [await ownDump(testing, except)] : await findDumps(testing, dumps);
      const checks: DoubleDumpCheck[] = [];
      for (const one of tested) checks.push(...(await checkDump(testing, one)));
      const report: DoubleDumpReport = {
        guid,
        dumps: tested.map(({ name, manifest }) => ({
          folder: name,
          version: manifest.version,
          rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
        })),
        checks,
        isEqual: checks.every(({ differences }) => differences.length === 0),
        ms: performance.now() - began,
      };
      return withText(report, showDoubleDump);
    });
  } catch (error) {
    if (call.signal?.aborted) throw await abortedError(call);
    throw translate(call.database, error);
  }
}

async function ownDump({ call, company, folder, onProgress }: Testing, except: Exceptions): Promise<TestedDump> {
  const own = join(folder, 'own');
  onProgress({ check: 'dump', dump: undefined, version: undefined });
  const dumps = await dumpTogether(call, company, { folder, own, except });
  return { name: undefined, folder: own, manifest: (await manifestIn(own)) as Manifest, number: 0, company: dumps };
}

/** @throws {@link SchemaTargetError} if there is no dump, or one that is not whole */
async function findDumps({ call, company }: Testing, folder: string): Promise<readonly TestedDump[]> {
  const { guid } = call.database;
  const refuse = (why: string) => new SchemaTargetError(why, { guid, target: folder });
  const names = await readdir(folder).catch((cause: unknown) => {
    throw refuse(`the folder ${folder} cannot be read: ${reasonOf(cause)}. Use another folder.`);
  });
  const candidates = names.includes(MANIFEST) ? [folder] : names.map(name => join(folder, name));
  const found: Omit<TestedDump, 'company'>[] = [];
  for (const candidate of candidates) {
    const files = await readdir(candidate).catch((): string[] => []);
    if (!files.includes(MANIFEST) && !files.includes('tables')) continue;
    const manifest = await manifestIn(candidate);
    if (!manifest) throw refuse(`the dump ${candidate} is incomplete or was changed. Restore it from version control.`);
    found.push({ name: candidate, folder: candidate, manifest, number: found.length });
  }
  const sorted = found.toSorted((one, other) => one.manifest.version - other.manifest.version);
  const isOther = ({ manifest }: Pick<TestedDump, 'manifest'>) =>
    company.some(({ definition }) => definition.guid === manifest.guid);
  const tested = sorted.filter(one => !isOther(one));
  if (tested.length === 0) {
    const alone = found.length === 0 ? 'no dump' : `no dump of '${guid}'`;
    throw refuse(`the folder ${folder} has ${alone}. Write one there: npx dejavu dump ${join(folder, '1')}`);
  }
  const others = sorted.filter(isOther);
  return tested.map(one => ({ ...one, company: companyFor(call, one.manifest.version, others) }));
}

/** The dumps of other Schemas that go with a version: of each, the first that is new enough, or else the newest. */
function companyFor(
  { definition }: Call,
  version: number,
  others: readonly Pick<TestedDump, 'manifest' | 'folder'>[],
): readonly CompanyDump[] {
  const needs = definition.needsAt(version);
  const dumps = others.map(({ manifest, folder }) => ({ guid: manifest.guid, version: manifest.version, folder }));
  return [...Map.groupBy(dumps, ({ guid }) => guid)].flatMap(([guid, all]) => {
    const found = all.find(one => one.version >= (needs.get(guid) ?? 0)) ?? all.at(-1);
    return found ? [found] : [];
  });
}

async function manifestIn(folder: string): Promise<Manifest | undefined> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => '');
  return readManifest(text) as Manifest | undefined;
}
