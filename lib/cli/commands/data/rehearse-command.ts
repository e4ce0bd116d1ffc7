import type { Command } from '../../command.ts';
import { callEach, onlySchema } from '../each-schema.ts';

/** Runs the pending steps on a copy of the database. Exits with the code for drift if the copy differs from its version. */
export const rehearse: Command = {
  name: 'rehearse',
  summary: 'run the pending steps on a copy of the database, and show how long they take and what they change',
  version: { required: false, about: 'the version to stop at, or to go back to (default: latest)' },
  flags: ['folder', 'allowLoss', 'transaction', 'verify', 'waitMs'],
  async run(given) {
    const { version, flags } = given;
    if (version !== undefined) onlySchema(given);
    const work = await import('../../../dump/index.ts');
    const result = await callEach(
      given,
      async ({ schema }, { transaction, verify, allowLoss, waitMs, signal, onProgress }) => {
        const options = { transaction, verify, allowLoss, waitMs, signal, onProgress, folder: flags.folder };
        return work.rehearse(schema, version, options);
      },
      String,
      ({ differences }) => differences.length > 0,
    );
    return result.error === undefined ? result : { ...result, text: `${result.text}${UNTOUCHED}\n` };
  },
};

const UNTOUCHED = 'The rehearsal failed. The database itself was not changed.';
