import { sqliteFile } from '../support/databases.ts';
import { describeDeaths } from '../support/deaths.ts';

describeDeaths('a sqlite file with a rollback journal', () => sqliteFile.create());
describeDeaths('a sqlite file with a write-ahead log', () => sqliteFile.create({ wal: true }));
