import { sqliteMemory } from '../support/databases.ts';
import { describeHonesty } from './honesty.ts';

describeHonesty(sqliteMemory);
