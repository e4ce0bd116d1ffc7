import { postgresql } from '../support/databases.ts';
import { describeRaces } from '../support/race.ts';

for (const processes of [8, 50]) {
  describeRaces({ place: 'postgresql', processes, create: () => postgresql.create(), sessions: processes });
}
