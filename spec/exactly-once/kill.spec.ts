import { postgresql, sqliteFile } from '../support/databases.ts';
import { describeDeaths } from '../support/deaths.ts';

describeDeaths({ place: 'postgresql', create: () => postgresql.create(), at: 'any commit', modes: ['step'] });
describeDeaths({ place: 'a sqlite file', create: () => sqliteFile.create(), at: 'any commit', modes: ['plan'] });
