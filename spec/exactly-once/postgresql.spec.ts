import { postgresql } from '../support/databases.ts';
import { describeRaces } from '../support/race.ts';

describeRaces({ place: 'postgresql', processes: 8, create: () => postgresql.create(), sessions: 8 });
