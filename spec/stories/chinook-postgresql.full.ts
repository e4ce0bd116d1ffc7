import { postgresql, sqliteFile } from '../support/databases.ts';
import { releases } from './samples/chinook/releases.ts';
import { liveThrough } from './samples/life.ts';

liveThrough('chinook', [postgresql], releases, [{ abroad: sqliteFile, at: 4 }]);
