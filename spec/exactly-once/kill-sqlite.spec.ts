import { sqliteFile } from '../support/databases.ts';
import { describeDeaths } from '../support/deaths.ts';

describeDeaths('a sqlite file with a rollback journal', () => sqliteFile.create());
// The journal is what a commit goes through, and this way there are several.
describeDeaths('a sqlite file with a write-ahead log', () => sqliteFile.create({ wal: true }), ['step']);
