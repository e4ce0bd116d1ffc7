import { sqliteFile } from '../support/databases.ts';
import { releases } from './samples/chinook/releases.ts';
import { liveThrough } from './samples/life.ts';

liveThrough('chinook', [sqliteFile], releases);
