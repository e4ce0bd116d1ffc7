import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { StorageDescription } from '../../models/description.ts';
import { assertStable } from '../../models/show-differences.ts';
import type { Flags } from '../line/flags.ts';

/**
 * Makes sure that entities are the same in each import, by importing them again in a thread that has not imported the project
 * yet.
 */
export async function assertSameTwice(readings: readonly StorageDescription[], flags: Flags): Promise<void> {
  const entities = readings.flatMap(reading => reading.entities);
  if (entities.length === 0) return;
  const again = await readElsewhere(flags);
  const names = new Set(entities.map(({ name }) => name));
  assertStable({ entities }, { entities: again.entities.filter(({ name }) => names.has(name)) });
}

async function readElsewhere(flags: Flags): Promise<StorageDescription> {
  const file = new URL(`reading-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  // The application's output on import was already printed once.
  const worker = new Worker(file, { workerData: flags, stdout: true, stderr: true });
  try {
    const [reading] = (await once(worker, 'message')) as [StorageDescription];
    return reading;
  } finally {
    await worker.terminate();
  }
}
