import { describeLateCalls } from './late-calls.ts';

describeLateCalls({ second: [0, 5, 10, 30, 50, 80], application: [0, 20, 40] });
