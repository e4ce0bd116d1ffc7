import { postgresql } from '../support/databases.ts';
import { describeDeaths } from '../support/deaths.ts';

describeDeaths('postgresql', () => postgresql.create());
