import { describe } from '@jest/globals';
import { describeRows, describeStory } from './schema.ts';
import { pglite, sqliteMemory } from './support/databases.ts';

describe('on sqlite memory', () => {
  describeRows(sqliteMemory);
});

describeStory(pglite);
