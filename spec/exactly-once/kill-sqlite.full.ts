import { sqliteFile } from '../support/databases.ts';
import { describeDeaths } from '../support/deaths.ts';

// The journal is what a commit goes through: with the one it is the only commit of a plan, with the other there are several.
describeDeaths({
  place: 'a sqlite file with a rollback journal',
  create: () => sqliteFile.create(),
  at: 'any point',
  modes: ['plan'],
});
describeDeaths({
  place: 'a sqlite file with a write-ahead log',
  create: () => sqliteFile.create({ wal: true }),
  at: 'any point',
  modes: ['step'],
});
