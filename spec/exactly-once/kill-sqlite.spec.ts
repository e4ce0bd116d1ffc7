import { sqliteFile } from '../support/databases.ts';
import { describeDeaths } from '../support/deaths.ts';

// The journal is what a commit goes through: with the one it is the only commit of a plan, with the other there are several.
describeDeaths('a sqlite file with a rollback journal', () => sqliteFile.create(), ['plan']);
describeDeaths('a sqlite file with a write-ahead log', () => sqliteFile.create({ wal: true }), ['step']);
