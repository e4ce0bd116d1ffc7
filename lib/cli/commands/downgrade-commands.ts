import { declaredLoss } from '../../boot/planned-steps.ts';
import { SchemaTargetError } from '../../errors.ts';
import type { Command, CommandResult, Given, Working } from '../command.ts';
import { codeOfError, EXIT_CODES, UsageError } from '../exit-codes.ts';
import type { Target } from '../project/project-schemas.ts';
import { callEach, callFlags, onlySchema } from './each-schema.ts';

/** Brings the database back to a lower version. */
export const downgrade: Command = {
  name: 'downgrade',
  summary: 'bring the database back to a lower version; asks first',
  version: { required: true, about: 'the version to go back to' },
  flags: ['allowLoss', 'transaction', 'verify', 'backup', 'keepBackups', 'waitMs', 'release'],
  async run(given) {
    const version = given.version as number;
    await askBefore(given, onlySchema(given), version);
    return callEach(given, ({ schema }, options) => schema.downgrade(version, options), String);
  },
};

/** Goes one version down and up again, to try a step again after changing it. */
export const redo: Command = {
  name: 'redo',
  summary: 'go one version down and up again, on a development database; asks first',
  flags: ['allowLoss', 'transaction', 'verify', 'backup', 'keepBackups', 'waitMs', 'release'],
  async run(given) {
    const target = onlySchema(given);
    const deployed = await deployedOf(target);
    await askBefore(given, target, deployed - 1, ', and up again,');
    return given.working(working => downAndUp(target, deployed, given, working));
  },
};

/**
 * Asks for confirmation. Asks nothing if the downgrade has nothing to do, or will be refused.
 *
 * @param afterwards the rest of the question
 */
async function askBefore({ flags, ask }: Given, target: Target, version: number, afterwards = ''): Promise<void> {
  const { schema, definition, database } = target;
  const { guid, latest, down } = definition;
  const deployed = await schema.deployed();
  if (deployed === undefined || deployed <= version || deployed > latest) return;
  const way = Array.from({ length: deployed - version }, (_, index) => deployed - index);
  if (way.some(from => !down.has(from - 1))) return;
  const losses = way.flatMap(from => declaredLoss(definition.optionsOf(from), 'downgrade') ?? []).join('; ');
  if (losses !== '' && !flags.allowLoss) {
    throw new UsageError(`${guid}: The way back to version ${version} ${losses}. To go back anyway, add --allow-loss.`);
  }
  const question = `${guid}: go back from version ${deployed} to ${version}${afterwards} in ${database.place}?`;
  await ask(losses === '' ? question : `${question} This ${losses}.`);
}

/** Returns the version whose step runs again. */
async function deployedOf({ schema, definition }: Target): Promise<number> {
  const { guid, latest, baseline } = definition;
  const { standing, deployed = 0 } = await schema.status();
  if (standing !== 'behind') await schema.assertVersion();
  if (deployed > baseline && deployed <= latest) return deployed;
  const why =
    deployed > latest
      ? 'Only the release that made it has the way back and the step'
      : `No step leads to it: upgradeTo_${deployed} does not exist${deployed < latest ? '. Run npx dejavu upgrade first' : ''}`;
  throw new SchemaTargetError(`cannot redo version ${deployed}. ${why}.`, { guid, target: deployed });
}

async function downAndUp(
  { schema }: Target,
  deployed: number,
  { flags }: Given,
  working: Working,
): Promise<CommandResult> {
  const { allowLoss, backup, ...options } = { ...callFlags(flags), ...working };
  const down = await schema.downgrade(deployed - 1, { ...options, allowLoss, backup });
  const { guid } = down;
  try {
    // The way up was taken before: what it drops now is what the way back just made.
    const up = await schema.upgrade(deployed, { ...options, allowLoss: true });
    const text = `${String(down)}\n${String(up)}\n`;
    return { code: EXIT_CODES.done, schemas: [{ guid, down, up }], text };
  } catch (error) {
    // The downgrade is committed, so it is reported.
    return {
      code: codeOfError(error),
      schemas: [{ guid, down, up: undefined }],
      text: `${String(down)}\n`,
      error,
    };
  }
}
