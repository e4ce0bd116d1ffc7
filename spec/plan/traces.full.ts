import { describe } from '@jest/globals';
import { postgresql, sqliteFile, sqliteMemory, type DatabaseKind } from '../support/databases.ts';
import { describeTraces } from './traces.ts';

const wal: DatabaseKind = {
  ...sqliteFile,
  name: 'sqlite file with a write-ahead log',
  create: options => sqliteFile.create({ ...options, wal: true }),
};

describe.each([sqliteMemory, postgresql, wal])('on $name', kind => {
  describeTraces(kind);
});
