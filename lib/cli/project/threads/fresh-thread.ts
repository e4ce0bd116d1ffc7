import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Flags } from '../../line/flags.ts';

/**
 * Runs a file in a separate thread, which has not imported any file of the project yet.
 *
 * @param name the name of the file, without its ending
 * @param from the address of the file next to it
 * @returns its first message
 */
export async function inFreshThread(name: string, from: string, flags: Flags): Promise<unknown> {
  const file = new URL(`${name}${extname(fileURLToPath(from))}`, from);
  // The application's output on import was already printed once.
  const worker = new Worker(file, { workerData: flags, stdout: true, stderr: true });
  try {
    const [message] = (await once(worker, 'message')) as [unknown];
    return message;
  } finally {
    await worker.terminate();
  }
}
