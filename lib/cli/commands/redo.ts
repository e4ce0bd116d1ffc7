import { SchemaTargetError } from '../../errors.ts';
import type { DowngradeReport, UpgradeReport } from '../../boot/report.ts';
import type { Answer, Command, Given, Target, Working } from '../command.ts';
import { codeOfError, exitCodes } from '../exit-codes.ts';
import { assertOne } from '../in-turn.ts';
import { questionFor, sayDowngrade } from './downgrade.ts';
import { sayUpgrade } from './upgrade.ts';

/** Goes one version down and up again: a step that was written just now is tried until it is right. */
export const redo: Command = {
  name: 'redo',
  summary: 'go one version down and up again, on a development database; asks before it does',
  flags: ['allowLoss', 'transaction', 'backup', 'waitMs', 'release'],
  async run(given) {
    assertOne(given);
    const { schemas, flags, ask } = given;
    const [target] = schemas as readonly [Target];
    const deployed = await deployedOf(target);
    const question = await questionFor(target, deployed - 1, flags, ', and up again,');
    if (question !== undefined) await ask(question);
    return given.working(working => downAndUp(target, deployed, given, working));
  },
};

/**
 * The version whose step is done again.
 *
 * @throws SchemaTargetError if no step leads to it; what `assertVersion()` throws for a database that this code knows
 * nothing of
 */
async function deployedOf({ schema, definition }: Target): Promise<number> {
  const { guid, latest, baseline } = definition;
  const { standing, deployed = 0 } = await schema.status();
  if (standing !== 'behind') await schema.assertVersion();
  if (deployed > baseline && deployed <= latest) return deployed;
  const why =
    deployed > latest
      ? 'only the release that made it knows the way back and up again'
      : `no step leads to it: there is no upgradeTo_${deployed}${deployed < latest ? '; run dejavu upgrade first' : ''}`;
  throw new SchemaTargetError(`version ${deployed} cannot be done again: ${why}`, { guid, target: deployed });
}

async function downAndUp({ schema }: Target, deployed: number, { flags }: Given, working: Working): Promise<Answer> {
  const { allowLoss, transaction, backup, waitMs, release } = flags;
  const options = { ...working, transaction, waitMs, release };
  const down: DowngradeReport = await schema.downgrade(deployed - 1, { ...options, allowLoss, backup });
  try {
    const up: UpgradeReport = await schema.upgrade(deployed, options);
    return {
      code: exitCodes.done,
      schemas: [{ guid: down.guid, down, up }],
      text: `${sayDowngrade(down)}\n${sayUpgrade(up)}\n`,
    };
  } catch (error) {
    // it went down, and that is to be known
    return {
      code: codeOfError(error),
      schemas: [{ guid: down.guid, down, up: undefined }],
      text: `${sayDowngrade(down)}\n`,
      error,
    };
  }
}
