import { postgresql, sqliteFile } from '../support/databases.ts';
import { portable, releases } from './samples/chinook/releases.ts';
import { liveThrough } from './samples/life.ts';

const NO_TYPE = /cannot have the storage of version 1: type "nvarchar" does not exist, in `create table/;

liveThrough(
  'chinook',
  [sqliteFile],
  [portable, ...releases],
  [
    { abroad: postgresql, at: 1, refused: NO_TYPE },
    { abroad: postgresql, at: 2, hasTexts: true },
  ],
  { version: 4, picture: 'show-chinook' },
);
