import { sqliteMemory } from '../support/databases.ts';
import { describeThereAsAsked } from './there-as-asked.ts';

describeThereAsAsked(sqliteMemory);
