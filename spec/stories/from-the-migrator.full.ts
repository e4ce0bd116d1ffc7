import { postgresql } from '../support/databases.ts';
import { describeMigrator } from './from-the-migrator.ts';

describeMigrator(postgresql);
