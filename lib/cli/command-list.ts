import type { Command } from './command.ts';
import { check } from './commands/check-command.ts';
import { downgrade, redo } from './commands/downgrade-commands.ts';
import { explain } from './commands/explain-command.ts';
import { plan } from './commands/plan-command.ts';
import { repair } from './commands/repair-command.ts';
import { status } from './commands/status-command.ts';
import { adopt, allow, install, upgrade } from './commands/upgrade-commands.ts';
import { stoppable } from './interrupt.ts';

// Those that write source bring a parser with them, which no other has to wait for: they are imported when they run.

/** Sets a project up. */
const init: Command = {
  name: 'init',
  summary: 'set a project up: a Schema, and its first frozen version from the entities; overwrites nothing',
  needs: 'orm',
  flags: ['name', 'dryRun'],
  async run(given) {
    const work = await import('./commands/init/init.ts');
    return stoppable(() => work.init(given));
  },
};

/** Writes the next version. */
const next: Command = {
  name: 'next',
  summary: 'write the next version: what changed in the entities becomes a step; asks no database',
  flags: ['renamed', 'renameOverThree', 'dropped', 'fill', 'fillSql', 'fillNone', 'empty', 'amend', 'dryRun'],
  async run(given) {
    const work = await import('./commands/next/next.ts');
    return stoppable(() => work.next(given));
  },
};

/** Gives a version another number in the middle of a merge. */
const renumber: Command = {
  name: 'renumber',
  summary: 'in the middle of a merge, when both branches made the same version: yours comes after theirs',
  needs: 'nothing',
  flags: ['keep', 'dryRun'],
  async run(given) {
    const work = await import('./commands/renumber/renumber.ts');
    return work.renumber(given);
  },
};

/** Every command there is, in the order they are listed. */
export const COMMANDS: readonly Command[] = [
  init,
  next,
  renumber,
  redo,
  status,
  plan,
  check,
  repair,
  upgrade,
  downgrade,
  install,
  adopt,
  allow,
  explain,
];
