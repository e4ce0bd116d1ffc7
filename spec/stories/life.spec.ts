import { describe } from '@jest/globals';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { describeAscent } from './life.ts';

describe("the zoo's life on postgresql", () => {
  describeAscent(postgresql, 'plan');
});

describe("the zoo's life on sqlite file", () => {
  describeAscent(sqliteFile, 'step');
});
