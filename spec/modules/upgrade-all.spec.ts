import { sqliteMemory } from '../support/databases.ts';
import { describeModules } from './several-modules.ts';

describeModules([sqliteMemory]);
