import { postgresql } from '../support/databases.ts';
import { describeHonesty } from './honesty.ts';

describeHonesty(postgresql);
