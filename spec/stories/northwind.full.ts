import { postgresql, sqliteFile } from '../support/databases.ts';
import { liveThrough } from './samples/life.ts';
import { releases } from './samples/northwind/releases.ts';

liveThrough(
  'northwind',
  [postgresql],
  releases,
  [
    { abroad: sqliteFile, at: 2 },
    { abroad: sqliteFile, at: 5 },
  ],
  { version: 5, picture: 'show-northwind', theme: 'dark' },
);
