import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { makeTemporaryFolder } from '../../dump/scratch/temporary-folder.ts';
import { dumpDatabase } from '../../dump/dump-database.ts';
import { compareDumps } from '../../dump/double-dump/compare-dumps.ts';
import { readManifest } from '../../dump/manifest.ts';
import { hasArchiveName } from '../../dump/stream/stream-place.ts';
import { isVersion } from '../../version.ts';
import { restore } from '../../dump/backups/restore-backup.ts';
import { SchemaTargetError } from '../../errors.ts';
import type { Breach, LawCheck, Law, ProofPlace, Subject } from '../law.ts';
import { showRowDifferences } from '../row-comparison/show-rows.ts';
import { captureRows } from '../rows/install-at.ts';
import { keptRows, upgradeRecorded } from '../row-comparison/kept-rows.ts';
import { storageBreaches } from './storage-breaches.ts';

/** Old dumps can be restored and upgraded to latest, and a restored dump gives the same dump again. */
export const oldDumpsLaw: Law = {
  number: 10,
  name: 'dumps',
  checks: subject => [
    ...dumpsIn(subject).map(found => oldDump(subject, found)),
    ...subject.definition.frozen
      .filter(version => version >= subject.definition.baseline)
      .map(version => twice(subject, version)),
  ],
};

interface FoundDump {
  /** A folder, or one file. */
  readonly path: string;
  readonly name: string;
  /** Undefined for a dump whose version is known only when it is read. */
  readonly version: number | undefined;
}

const MANIFEST = 'manifest.json';

/** @throws {@link SchemaTargetError} if there are none */
function dumpsIn({ definition: { guid, latest }, options: { dumps } }: Subject): readonly FoundDump[] {
  if (dumps === undefined) return [];
  const folder = relative('', dumps) || '.';
  const refuse = (why: string) => new SchemaTargetError(why, { guid, target: dumps });
  if (!existsSync(folder))
    throw refuse(
      `the folder of dumps ${folder} does not exist. Create it: \`mkdir ${folder} && npx dejavu dump ${join(folder, String(latest))}\`.`,
    );
  const paths = isDump(folder) ? [folder] : readdirSync(folder).map(name => join(folder, name));
  const found = paths.filter(isDump);
  if (found.length === 0)
    throw refuse(`the folder ${folder} has no dumps. Add one: \`npx dejavu dump ${join(folder, String(latest))}\`.`);
  return found
    .map(path => ({ path, name: basename(path), version: versionOf(path) }))
    .toSorted((one, other) => (one.version ?? latest) - (other.version ?? latest));
}

function isDump(path: string): boolean {
  return existsSync(join(path, MANIFEST)) || hasArchiveName(path);
}

/**
 * Reads the version from the manifest of a folder, or from the name of a file: `7.tar.zst`. The content of the file decides
 * later.
 */
function versionOf(path: string): number | undefined {
  const manifest = join(path, MANIFEST);
  const read = existsSync(manifest) ? readManifest(readFileSync(manifest, 'utf8')) : undefined;
  const version = (read as { version?: unknown } | undefined)?.version;
  if (isVersion(version)) return version;
  const number = /^\d+/.exec(basename(path))?.[0];
  return number === undefined ? undefined : Number(number);
}

function oldDump(subject: Subject, { path, name, version }: FoundDump): LawCheck {
  const { definition, lend } = subject;
  const { latest } = definition;
  return {
    says: `the dump ${name} can be restored and upgraded to version ${latest}`,
    version,
    withDumps: true,
    look: () =>
      lend(async at => {
        const { from: restored } = await restore(at.schema(), path, { stay: true });
        const { breaches, remarks } = await inSteps(subject, at, restored);
        breaches.push(
          ...(await storageBreaches(at.schema(), latest, {
            what: `the dump ${name}, restored and upgraded, does not have the storage of the frozen version ${latest}`,
            next: 'Correct the steps.',
          })),
        );
        const different = await lend(async other => {
          await restore(other.schema(), path, { stay: true });
          await other.schema().upgrade({ allowLoss: true });
          return compareRowsOf(at, other);
        });
        if (different.length > 0)
          breaches.push({
            what: `the dump ${name} of version ${restored}, upgraded to ${latest} at once, has other rows than upgraded version by version`,
            details: different,
            next: 'Make the steps independent of time, random numbers and variables of the process.',
          });
        return { breaches, remarks };
      }),
  };
}

/** Upgrades a restored dump version by version. Each step keeps its rows, as it keeps made-up ones. */
async function inSteps(
  subject: Subject,
  place: ProofPlace,
  from: number,
): Promise<{ breaches: Breach[]; remarks: string[] }> {
  const { latest, frozen } = subject.definition;
  const [breaches, remarks]: [Breach[], string[]] = [[], []];
  for (let version = from + 1; version <= latest; version += 1) {
    if (!frozen.includes(version - 1) || !frozen.includes(version)) {
      await place.schema().upgrade(version, { allowLoss: true });
      continue;
    }
    await using before = await captureRows(place.call());
    const renames = await upgradeRecorded(place, version);
    await using after = await captureRows(place.call());
    const found = await keptRows(subject, version, { before, after, renames });
    breaches.push(...found.breaches);
    remarks.push(...found.remarks);
  }
  return { breaches, remarks };
}

async function compareRowsOf(one: ProofPlace, other: ProofPlace): Promise<string[]> {
  await using before = await captureRows(one.call());
  await using after = await captureRows(other.call());
  return await showRowDifferences(before, after);
}

/**
 * Does what the double dump test does first: dump, restore, dump again, compared by the function it compares with.
 * `doubleDump()` then leads each dump to latest too, which the laws of steps do here, with the same rows.
 */
function twice({ lend, prepared, options }: Subject, version: number): LawCheck {
  const { seed, rows } = options;
  return {
    says: `a dump of version ${version} is the same after it was restored`,
    version,
    withRows: true,
    look: async () => {
      const folder = await makeTemporaryFolder();
      const [first, second] = [join(folder, 'first'), join(folder, 'second')];
      try {
        await prepared.lendAt(version, { seed, rows }, ({ call }) => dumpDatabase(call(), first, { isScratch: true }));
        await lend(async ({ schema, call }) => {
          await restore(schema(), first, { stay: true });
          await dumpDatabase(call(), second, { isScratch: true });
        });
        const details = await differentLines(first, second);
        if (details.length === 0) return { breaches: [] };
        const what = `a dump of version ${version} differs after it was restored`;
        return {
          breaches: [
            {
              what,
              details,
              next: 'Check the triggers and generated columns of these tables. If there are none, report this as a bug, please.',
            },
          ],
        };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Compares two dumps as the double dump test does. @returns the lines that differ */
async function differentLines(one: string, other: string): Promise<string[]> {
  const differences = await compareDumps(one, other);
  return differences.flatMap(({ file, line, first = 'nothing', second = 'nothing' }) => [
    line === undefined ? file : `${file}:${line}`,
    `  before: ${first}`,
    `  after:  ${second}`,
  ]);
}
