import { bankOf, type Boot, openBank } from '../bank.ts';
import type { Point } from '../deaths.ts';
import { record } from '../recorder.ts';
import { given, say } from '../worker.ts';

// A process that is killed at one point of its boot, as exactly as only the process itself can do it.
const { boot, point } = given<{ boot: Boot; point: Point }>();

const orm = await openBank(boot);
const die = (when: Point['when']) => (n: number) => {
  if (when === point.when && n === point.n) process.kill(process.pid, 'SIGKILL');
};
await record(orm, { before: die('before'), after: die('after') });
await bankOf(orm, boot).upgrade({ transaction: boot.transaction });
say('survived');
