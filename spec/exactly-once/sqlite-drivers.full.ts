import { sqliteFile } from '../support/databases.ts';
import { describeRaces, type Runner } from '../support/race.ts';

const RUNNERS: readonly Runner[] = [
  { client: 'better-sqlite3', runtime: 'node' },
  { client: 'node:sqlite', runtime: 'node' },
  { client: 'better-sqlite3', runtime: 'bun' },
  { client: 'bun:sqlite', runtime: 'bun' },
  { client: 'node:sqlite', runtime: 'bun' },
];

for (const runner of RUNNERS.slice(1)) {
  describeRaces({
    place: `a sqlite file, each by ${runner.client} on ${runner.runtime}`,
    processes: 4,
    create: () => sqliteFile.create(),
    runnerOf: () => runner,
  });
}

describeRaces({
  place: 'one sqlite file with a write-ahead log, each by another driver',
  processes: RUNNERS.length,
  create: () => sqliteFile.create({ wal: true }),
  runnerOf: number => RUNNERS[number] as Runner,
});
