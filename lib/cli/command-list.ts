import type { Command } from './command.ts';
import { check } from './commands/check-command.ts';
import { ddt } from './commands/data/ddt-command.ts';
import { dump, restore } from './commands/data/dump-commands.ts';
import { move } from './commands/data/move-command.ts';
import { downgrade, redo } from './commands/downgrade-commands.ts';
import { explain } from './commands/explain-command.ts';
import { fixture } from './commands/data/fixture-command.ts';
import { prove } from './commands/data/prove-command.ts';
import { rehearse } from './commands/data/rehearse-command.ts';
import { plan } from './commands/plan-command.ts';
import { repair } from './commands/repair-command.ts';
import { status } from './commands/status-command.ts';
import { adopt, allow, install, upgrade } from './commands/upgrade-commands.ts';
import { UsageError } from './exit-codes.ts';
import { stoppable } from './interrupt.ts';

// Commands that write source code need a parser. They are imported when they run, so that no other command waits for it.

/** Sets up a project. */
const init: Command = {
  name: 'init',
  summary: 'set up a project: write a Schema, and its first frozen version from the entities; overwrites nothing',
  needs: 'orm',
  flags: ['name', 'fromDatabase', 'decorators', 'dryRun'],
  async run(given) {
    if (given.flags.fromDatabase) {
      const work = await import('./commands/from-database/from-database.ts');
      return work.initFromDatabase(given);
    }
    if (given.flags.decorators)
      throw new UsageError(
        '--decorators is for entities that init writes: npx dejavu init --from-database --decorators',
      );
    const work = await import('./commands/init/init.ts');
    return stoppable(() => work.init(given));
  },
};

/** Writes the next version. */
const next: Command = {
  name: 'next',
  summary: 'write the next version: a step from the changes in the entities; uses no database',
  flags: ['renamed', 'renameOverThree', 'dropped', 'fill', 'fillSql', 'fillNone', 'empty', 'amend', 'dryRun'],
  async run(given) {
    const work = await import('./commands/next/next.ts');
    return stoppable(() => work.next(given));
  },
};

/** Gives a version another number during a merge. */
const renumber: Command = {
  name: 'renumber',
  summary: 'during a merge in which both branches added the same version: move yours after theirs',
  needs: 'nothing',
  flags: ['keep', 'dryRun'],
  async run(given) {
    const work = await import('./commands/renumber/renumber.ts');
    return work.renumber(given);
  },
};

/** Draws versions. */
const show: Command = {
  name: 'show',
  summary: 'draw the entities of a frozen version, or what changed between two; --html writes a page with all of them',
  version: { required: false, about: 'the version to show (default: latest)' },
  flags: ['diff', 'mermaid', 'dbml', 'svg', 'html'],
  async run(given) {
    const work = await import('./commands/show/show.ts');
    return work.show(given);
  },
};

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  init,
  next,
  renumber,
  redo,
  status,
  plan,
  rehearse,
  check,
  prove,
  repair,
  upgrade,
  downgrade,
  install,
  adopt,
  allow,
  fixture,
  dump,
  restore,
  move,
  ddt,
  show,
  explain,
];
