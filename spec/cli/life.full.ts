import { postgresql } from '../support/databases.ts';
import { describeLife } from './life.ts';

describeLife(postgresql);
