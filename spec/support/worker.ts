import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What the spec gave this worker to work with. */
export function given<Args>(): Args {
  return JSON.parse(process.env['DEJAVU_WORKER_ARGS'] ?? '{}') as Args;
}

/** Tells the spec that something happened; once this returns, a kill cannot take it back. */
export function say(event: string, data: Readonly<Record<string, unknown>> = {}): void {
  writeSync(1, `${JSON.stringify({ event, ...data })}\n`);
}

/** Waits until the spec says this word, each time anew; in the meantime, and only then, the process is kept alive. */
export async function heard(word: string): Promise<void> {
  process.stdin.ref();
  if (!words.delete(word)) await new Promise<void>(resolve => waiting.set(word, resolve));
  process.stdin.unref();
}

/** Says `ready` and waits for everybody else to be: what comes next starts in all of them at once. */
export async function together(): Promise<void> {
  say('ready');
  await heard('go');
}

const words = new Set<string>();
const waiting = new Map<string, () => void>();

createInterface({ input: process.stdin })
  .on('line', word => {
    const hear = waiting.get(word);
    waiting.delete(word);
    if (hear) hear();
    else words.add(word);
  })
  // Without its spec a worker has nobody to work for.
  .on('close', () => process.exit(1));
process.stdin.unref();
