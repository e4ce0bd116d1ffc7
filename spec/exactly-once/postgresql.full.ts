import { postgresql } from '../support/databases.ts';
import { describeRaces } from '../support/race.ts';

describeRaces({ place: 'postgresql', processes: 50, create: () => postgresql.create(), sessions: 50 });
