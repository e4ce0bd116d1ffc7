import { sqliteFile } from '../support/databases.ts';
import { describeRaces } from '../support/race.ts';

describeRaces({ place: 'a sqlite file with a rollback journal', processes: 8, create: () => sqliteFile.create() });
for (const processes of [4, 8]) {
  describeRaces({
    place: 'a sqlite file with a write-ahead log',
    processes,
    create: () => sqliteFile.create({ wal: true }),
  });
}
