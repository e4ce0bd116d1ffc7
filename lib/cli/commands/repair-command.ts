import type { Repair } from '../../verify/repair-storage.ts';
import type { Command } from '../command.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { callEach } from './each-schema.ts';

/** Restores missing storage. Exits with the code for drift if a difference remains. */
export const repair: Command = {
  name: 'repair',
  summary: 'create missing storage of the recorded version, and list other differences with their SQL; drops nothing',
  flags: ['waitMs', 'release', 'dryRun'],
  async run(given) {
    const work = await import('../../verify/repair-storage.ts');
    const dryRun = given.flags.dryRun === true;
    const reports: Repair[] = [];
    const result = await callEach(
      given,
      async ({ schema }, { waitMs, release, signal, onProgress }) => {
        const report = await work.repair(schema, { waitMs, release, signal, onProgress, dryRun });
        reports.push(report);
        return report;
      },
      report => report.toString(),
    );
    const isDrifted = reports.some(({ created, left }) => left.length > 0 || (dryRun && created.length > 0));
    return result.code === EXIT_CODES.done && isDrifted ? { ...result, code: EXIT_CODES.drift } : result;
  },
};
