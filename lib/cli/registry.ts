import type { Command } from './command.ts';
import { adopt } from './commands/adopt.ts';
import { allow } from './commands/allow.ts';
import { check } from './commands/check.ts';
import { downgrade } from './commands/downgrade.ts';
import { init } from './commands/init.ts';
import { install } from './commands/install.ts';
import { next } from './commands/next.ts';
import { plan } from './commands/plan.ts';
import { redo } from './commands/redo.ts';
import { renumber } from './commands/renumber.ts';
import { status } from './commands/status.ts';
import { upgrade } from './commands/upgrade.ts';

/** Every command there is, in the order they are listed. */
export const commands: readonly Command[] = [
  init,
  next,
  renumber,
  redo,
  status,
  plan,
  check,
  upgrade,
  downgrade,
  install,
  adopt,
  allow,
];
