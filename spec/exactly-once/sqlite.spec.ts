import { sqliteFile } from '../support/databases.ts';
import { describeRaces } from '../support/race.ts';

for (const [journal, wal] of [
  ['a rollback journal', false],
  ['a write-ahead log', true],
] as const) {
  for (const processes of [4, 8]) {
    describeRaces({
      place: `a sqlite file with ${journal}`,
      processes,
      create: () => sqliteFile.create({ wal }),
    });
  }
}
