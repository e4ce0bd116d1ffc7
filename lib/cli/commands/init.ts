import type { Command } from '../command.ts';
import { stoppable } from '../interrupt.ts';

/** Sets a project up. */
export const init: Command = {
  name: 'init',
  summary: 'set a project up: a Schema, and its first frozen version from the entities; overwrites nothing',
  needs: 'orm',
  flags: ['name', 'dryRun'],
  async run(given) {
    // it brings a parser with it, which no other command has to wait for
    const work = await import('../init/init.ts');
    return stoppable(() => work.init(given));
  },
};
