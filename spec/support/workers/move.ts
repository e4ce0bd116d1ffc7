import { move } from '../../../lib/dump/index.ts';
import { releases, schemaOf } from '../../dump/move/farm.ts';
import { dieSoon } from '../commits.ts';
import { openOrm } from '../databases.ts';
import { record } from '../recorder.ts';

// Moves a database to another address, and kills itself when so many rows have left, or arrived.
const [from = '', to = '', phase, done] = process.argv.slice(2);
const source = await schemaOf(from, releases);
const target = await openOrm(to, []);
let hasRows = false;
await record(target, {
  before: (_, sql) => void (phase === 'committing' && hasRows && /^commit/im.test(sql) && dieSoon(to)),
});
await move(source, target, {
  onProgress(progress) {
    hasRows ||= progress.phase === 'comparing';
    if (progress.phase === phase && progress.done >= Number(done)) process.kill(process.pid, 'SIGKILL');
  },
});
throw new Error('it was not killed');
