import { startRun } from '../run.ts';
import { given, heard, say } from '../worker.ts';

// A run of the specs, as far as what is kept for it goes.
process.env['TMPDIR'] = given<{ home: string }>().home;
const run = await startRun();
say('started', { ...run });
await heard('stop');
await run.end();
