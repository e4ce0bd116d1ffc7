import { channel } from 'node:diagnostics_channel';
import type { Progress } from '../call.ts';

// A name that listeners subscribe to never changes.
const STEP = channel('mikro-orm-dejavu:step');
const CHANNELS = {
  waiting: channel('mikro-orm-dejavu:waiting'),
  installing: channel('mikro-orm-dejavu:installing'),
  started: STEP,
  finished: STEP,
  progress: channel('mikro-orm-dejavu:progress'),
} as const satisfies Record<Progress['type'], ReturnType<typeof channel>>;
const FAILED = channel('mikro-orm-dejavu:failed');

/** Publishes progress on the diagnostics channel of its kind, and passes it on. Costs a look at a flag while nothing listens. */
export function published(onProgress: ((progress: Progress) => void) | undefined): (progress: Progress) => void {
  return progress => {
    const to = CHANNELS[progress.type];
    if (to.hasSubscribers) to.publish(progress);
    onProgress?.(progress);
  };
}

/** Publishes that a call failed, and returns its error. */
export function publishFailure(guid: string, error: unknown): unknown {
  if (FAILED.hasSubscribers) FAILED.publish({ guid, error });
  return error;
}
