import { postgresql, sqliteFile } from '../support/databases.ts';
import { describeFrozenModules } from './frozen-modules.ts';

describeFrozenModules([sqliteFile, postgresql]);
