import type { Paint } from '../colours.ts';
import type { Target } from '../command.ts';
import { filesData, sayFiles } from '../project/say-files.ts';
import type { FileChange } from '../project/write-all.ts';
import type { SetUp } from './freeze.ts';
import { nameOfFile } from '../project/name-of-file.ts';

/** What `init` did, or would do. */
export interface Done {
  /** Those that were set up before. */
  readonly levels: readonly Target[];
  readonly setUps: readonly SetUp[];
  readonly files: readonly FileChange[];
  /** Places that the package.json should tell, and that could not be added there. */
  readonly unlisted: readonly string[];
  readonly dryRun: boolean;
}

/** A Schema that was set up, for machines. */
export function dataOf({ guid, className, version, fingerprint, path, files }: SetUp, dryRun: boolean): object {
  return {
    guid,
    outcome: dryRun ? 'drafted' : 'written',
    className,
    path: nameOfFile(path),
    version,
    fingerprint,
    files: filesData(files, dryRun),
  };
}

/** One that was set up before, for machines. */
export function levelData({ definition }: Target): object {
  const { guid, latest } = definition;
  return { guid, outcome: 'level', version: latest, fingerprint: definition.fingerprintOf(latest), files: [] };
}

/** What was done and what comes next, for people. */
export function sayInit({ levels, setUps, files, unlisted, dryRun }: Done, paint: Paint): string {
  const lines = [
    ...levels.map(({ definition: { guid, latest } }) => `${guid}: version ${latest} is frozen already`),
    ...setUps.map(({ guid, className, version, entities }) => {
      const count = `${entities} ${entities === 1 ? 'entity' : 'entities'}`;
      return `${paint('bold', guid)}: ${nameOf(className)} at version ${version}, with ${count}`;
    }),
    ...sayFiles(files, dryRun, paint),
    ...(dryRun ? ['nothing was written'] : []),
    ...(unlisted.length > 0
      ? [
          `say where it is each time, with --schema, or in package.json: "dejavu": { "schema": ${JSON.stringify(unlisted)} }`,
        ]
      : []),
    ...(setUps.length === 0 || dryRun ? [] : nextMoves(setUps)),
  ];
  return `${lines.join('\n')}\n`;
}

function nextMoves(setUps: readonly SetUp[]): string[] {
  const [{ className, version }] = setUps as readonly [SetUp, ...SetUp[]];
  return [
    'next:',
    `  a new application: await new ${nameOf(className)}(orm).upgrade() where it starts, or dejavu install`,
    `  one that has databases already: dejavu adopt ${version}, once for each of them; with MikroORM's Migrator, run what it has pending before`,
    '  then, whenever entities changed: dejavu next',
  ];
}

/** A class that is exported without a name is called by whoever imports it. */
function nameOf(className: string): string {
  return className === 'default' ? 'Schema' : className;
}
