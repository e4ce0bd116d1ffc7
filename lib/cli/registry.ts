import type { Command } from './command.ts';
import { adopt } from './commands/adopt.ts';
import { allow } from './commands/allow.ts';
import { check } from './commands/check.ts';
import { downgrade } from './commands/downgrade.ts';
import { install } from './commands/install.ts';
import { status } from './commands/status.ts';
import { upgrade } from './commands/upgrade.ts';

/** Every command there is, in the order they are listed. */
export const commands: readonly Command[] = [status, check, upgrade, downgrade, install, adopt, allow];
