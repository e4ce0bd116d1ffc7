import { describe } from '@jest/globals';
import { postgresql, sqliteFile, sqliteMemory } from '../support/databases.ts';
import { describeAscent, describeEachVersion } from './life.ts';

describe("the zoo's life on postgresql", () => {
  describeAscent(postgresql, 'step');
  describeEachVersion(postgresql);
});

describe("the zoo's life on sqlite file", () => {
  describeAscent(sqliteFile, 'plan');
  describeEachVersion(sqliteFile);
});

describe("the zoo's life on sqlite memory", () => {
  describeAscent(sqliteMemory, 'plan');
  describeAscent(sqliteMemory, 'step');
  describeEachVersion(sqliteMemory);
});
