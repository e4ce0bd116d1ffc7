import { sqliteFile } from '../support/databases.ts';
import { SQLITE_RUNNERS } from '../support/drivers.ts';
import { describeRaces, type Runner } from '../support/race.ts';

for (const runner of SQLITE_RUNNERS.slice(1)) {
  describeRaces({
    place: `a sqlite file, each by ${runner.client} on ${runner.runtime}`,
    processes: 4,
    create: () => sqliteFile.create(),
    runnerOf: () => runner,
  });
}

describeRaces({
  place: 'one sqlite file with a write-ahead log, each by another driver',
  processes: SQLITE_RUNNERS.length,
  create: () => sqliteFile.create({ wal: true }),
  runnerOf: number => SQLITE_RUNNERS[number] as Runner,
});
