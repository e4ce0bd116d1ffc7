import type { Command } from '../command.ts';
import { callEach } from './each-schema.ts';

/** Restores missing storage. Exits with the code for drift if a difference remains. */
export const repair: Command = {
  name: 'repair',
  summary: 'create missing storage of the recorded version, and list other differences with their SQL; drops nothing',
  flags: ['waitMs', 'release', 'dryRun'],
  async run(given) {
    const work = await import('../../verify/repair-storage.ts');
    const dryRun = given.flags.dryRun === true;
    return callEach(
      given,
      async ({ schema }, { waitMs, release, signal, onProgress }) =>
        work.repair(schema, { waitMs, release, signal, onProgress, dryRun }),
      String,
      ({ created, left }) => left.length > 0 || (dryRun && created.length > 0),
    );
  },
};
