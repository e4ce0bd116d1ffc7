import type { Command } from '../command.ts';
import { stoppable } from '../interrupt.ts';

/** Writes the next version. */
export const next: Command = {
  name: 'next',
  summary: 'write the next version: what changed in the entities becomes a step; asks no database',
  flags: ['renamed', 'renameOverThree', 'dropped', 'fill', 'fillSql', 'fillNone', 'empty', 'amend', 'dryRun'],
  async run(given) {
    // it brings a parser with it, which no other command has to wait for
    const work = await import('../next/next.ts');
    return stoppable(() => work.next(given));
  },
};
