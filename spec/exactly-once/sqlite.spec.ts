import { sqliteFile } from '../support/databases.ts';
import { describeRaces } from '../support/race.ts';

describeRaces({ place: 'a sqlite file with a rollback journal', processes: 4, create: () => sqliteFile.create() });
