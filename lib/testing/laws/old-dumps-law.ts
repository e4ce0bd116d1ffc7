import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from '../../dump/dump-database.ts';
import { restore } from '../../dump/backups/restore-backup.ts';
import { SchemaTargetError } from '../../errors.ts';
import type { Breach, LawCheck, Law, ProofPlace, Subject } from '../law.ts';
import { showRowDifferences } from '../rows/show-rows.ts';
import { captureRows } from '../rows/install-at.ts';
import { verify } from '../../verify/verify-storage.ts';
import { showDifferences } from '../../drift/difference-tree.ts';

/** Old dumps restore and step to latest, and a dump of any version is the same again after it was restored. */
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
  readonly folder: string;
  readonly name: string;
  readonly version: number;
}

const MANIFEST = 'manifest.json';

function dumpsIn({ definition, options: { dumps } }: Subject): readonly FoundDump[] {
  if (dumps === undefined) return [];
  const { guid } = definition;
  if (!existsSync(dumps))
    throw new SchemaTargetError(
      `the folder of dumps ${dumps} does not exist. Create it: \`npx dejavu dump ${dumps}/${definition.latest}\`.`,
      { guid, target: dumps },
    );
  const found = readdirSync(dumps).filter(name => existsSync(join(dumps, name, MANIFEST)));
  if (found.length === 0)
    throw new SchemaTargetError(
      `the folder ${dumps} has no dumps. Add one: \`npx dejavu dump ${dumps}/${definition.latest}\`.`,
      { guid, target: dumps },
    );
  return found.map(name => {
    const folder = join(dumps, name);
    const { version } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as { version: number };
    return { folder, name, version };
  });
}

function oldDump({ definition, lend }: Subject, { folder, name, version }: FoundDump): LawCheck {
  const { latest } = definition;
  return {
    says: `the dump ${name} of version ${version} restores and steps to version ${latest}`,
    version,
    withDumps: true,
    look: () =>
      lend(async at => {
        await restore(at.schema(), folder, { stay: true });
        await inSteps(at, version, latest);
        const storage = await verify(at.schema());
        const breaches: Breach[] = [];
        if (storage.differences.length > 0)
          breaches.push({
            what: `the storage that the dump ${name} was restored to and stepped from is not the frozen version ${latest}`,
            details: showDifferences(storage.differences).split('\n'),
            next: 'Correct the steps.',
          });
        const different = await lend(async other => {
          await restore(other.schema(), folder, { stay: true });
          await other.schema().upgrade({ allowLoss: true });
          return compareRowsOf(at, other);
        });
        if (different.length > 0)
          breaches.push({
            what: `a dump of version ${version} that is stepped to ${latest} at once has other rows than one that is stepped version by version`,
            details: different,
            next: 'Make the steps independent of time, of random numbers and of what the process remembers.',
          });
        return { breaches };
      }),
  };
}

async function inSteps({ schema }: ProofPlace, from: number, to: number): Promise<void> {
  for (let version = from + 1; version <= to; version += 1) await schema().upgrade(version, { allowLoss: true });
}

async function compareRowsOf(one: ProofPlace, other: ProofPlace): Promise<string[]> {
  await using before = await captureRows(one.call());
  await using after = await captureRows(other.call());
  return await showRowDifferences(before, after);
}

/** The double dump test. */
function twice({ lend, prepared, options }: Subject, version: number): LawCheck {
  const { seed, rows } = options;
  return {
    says: `a dump of version ${version} is the same after it was restored`,
    version,
    withRows: true,
    look: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'dejavu-proof-dumps-'));
      const [first, second] = [join(folder, 'first'), join(folder, 'second')];
      try {
        await prepared.lendAt(version, { seed, rows }, ({ schema }) => dump(schema(), first));
        await lend(async ({ schema }) => {
          await restore(schema(), first, { stay: true });
          await dump(schema(), second);
        });
        const details = await differentFiles(first, second);
        if (details.length === 0) return { breaches: [] };
        const what = `a dump of version ${version} is another one after it was restored`;
        return {
          breaches: [
            {
              what,
              details,
              next: 'Look at triggers and at generated columns of these tables. Report it if there are none.',
            },
          ],
        };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function differentFiles(one: string, other: string): Promise<string[]> {
  const paths = (await readdir(one, { recursive: true })).filter(path => path.endsWith('.jsonl') || path === MANIFEST);
  const different: string[] = [];
  for (const path of paths) {
    const [left, right] = await Promise.all([
      readFile(join(one, path)),
      readFile(join(other, path)).catch(() => undefined),
    ]);
    if (!right || !left.equals(right)) different.push(path);
  }
  return different;
}
