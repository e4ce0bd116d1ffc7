import { describe } from '@jest/globals';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { describeRise, describeTurns } from './life.ts';

describe('on postgresql', () => {
  describeRise(postgresql);
  describeTurns(postgresql);
});

describe('on sqlite', () => {
  describeTurns(sqliteFile);
});
