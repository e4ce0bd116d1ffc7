import { given, heard, say, together } from '../worker.ts';

// The least a worker can do; the spec of the processes themselves runs it.
const args = given<{ word?: string; fail?: boolean }>();

await together();
say('echo', { word: args.word });
if (args.fail) throw new Error('as I was told');
if (args.word === 'stay') await heard('enough');
say('echo', { word: 'bye' });
