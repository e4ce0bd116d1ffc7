import type { Command } from '../command.ts';

/** Gives a version another number in the middle of a merge. */
export const renumber: Command = {
  name: 'renumber',
  summary: 'in the middle of a merge, when both branches made the same version: yours comes after theirs',
  needs: 'nothing',
  flags: ['keep', 'dryRun'],
  async run(given) {
    // it brings a parser with it, which no other command has to wait for
    const work = await import('../renumber/renumber.ts');
    return work.renumber(given);
  },
};
