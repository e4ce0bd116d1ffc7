import { describeExamples, EXAMPLES, FIRST } from './examples.ts';

describeExamples(EXAMPLES.filter(file => !FIRST.includes(file)));
