import { once } from 'node:events';
import { untilSignal } from '../../../lib/nestjs/until-signal.ts';
import { say } from '../worker.ts';

// It listens to nothing that would keep it alive.
setInterval(() => {}, 60_000);
// Work that ends well although it was told to stop, and a process that would go on after it.
await untilSignal(async signal => {
  say('working');
  await once(signal, 'abort');
  say('done', { reason: String(signal.reason) });
}, undefined);
