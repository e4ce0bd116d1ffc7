import { postgresql } from '../support/databases.ts';
import { describeDeaths } from '../support/deaths.ts';

describeDeaths({ place: 'postgresql', create: () => postgresql.create(), at: 'any point' });
