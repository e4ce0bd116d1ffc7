import { sqliteFile } from '../support/databases.ts';
import { describeRise } from './life.ts';

describeRise(sqliteFile);
