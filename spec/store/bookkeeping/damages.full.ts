import { postgresql, sqliteFile } from '../../support/databases.ts';
import { describeDamages } from './damages.ts';

describeDamages([sqliteFile, postgresql]);
