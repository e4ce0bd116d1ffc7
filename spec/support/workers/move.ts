import { move } from '../../../lib/dump/index.ts';
import { releases, schemaOf } from '../../dump/move/farm.ts';
import { openOrm } from '../databases.ts';

// Moves a database to another address, and kills itself when so many rows have left, or arrived.
const [from = '', to = '', phase, done] = process.argv.slice(2);
const source = await schemaOf(from, releases);
await move(source, await openOrm(to, []), {
  onProgress(progress) {
    if (progress.phase === phase && progress.done >= Number(done)) process.kill(process.pid, 'SIGKILL');
  },
});
throw new Error('it was not killed');
