import { declaredLoss } from '../../boot/planned-steps.ts';
import { isSchemaError } from '../../errors.ts';
import type { Plan } from '../../plan/plan-data.ts';
import type { Given } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import type { Target } from '../project/project-schemas.ts';
import { callFlags } from './each-schema.ts';

const WIDEST = 100;

/**
 * Asks before an upgrade that drops tables, columns or rows. Asks nothing without a terminal. Steps that declare a loss of data
 * need `--allow-loss` in any case.
 *
 * @throws {@link UsageError} for a step that declares a loss of data, without that flag
 */
export async function askBeforeLoss(given: Given, target: Target): Promise<void> {
  const { flags, person, ask, version } = given;
  const { schema, definition, database } = target;
  const { guid, latest } = definition;
  const to = version ?? latest;
  const losses = Array.from({ length: to }, (_, index) => ({
    version: index + 1,
    loss: declaredLoss(definition.optionsOf(index + 1), 'upgrade'),
  })).filter(({ loss }) => loss !== undefined);
  const mayAsk = person !== undefined && flags.yes !== true;
  if (!mayAsk && losses.length === 0) return;
  const from = (await schema.deployed()) ?? (typeof flags.adopt === 'number' ? flags.adopt : undefined);
  if (from === undefined || from >= to) return;
  const ahead = losses.filter(one => one.version > from);
  if (ahead.length > 0 && !flags.allowLoss) {
    const shown = ahead.map(one => `upgradeTo_${one.version} ${one.loss}`).join(', ');
    throw new UsageError(
      `${guid}: the upgrade from version ${from} to ${to} loses data: ${shown}. To upgrade anyway, add --allow-loss.`,
    );
  }
  if (!mayAsk) return;
  const what = await destroyedBy(given, target);
  if (what === undefined) return;
  await ask(`${guid}: ${what}. Upgrade from version ${from} to ${to} in ${database.place}?`);
}

/** Says what the steps destroy; `undefined` if they destroy nothing, or if the upgrade will fail and say why. */
async function destroyedBy({ flags, version }: Given, { schema }: Target): Promise<string | undefined> {
  const { plan } = await import('../../plan/make-plan.ts');
  const { install, adopt, waitMs } = callFlags(flags);
  try {
    return sayDestroyed(await plan(schema, version, { install, adopt, waitMs }));
  } catch (error) {
    if (!isSchemaError(error) || error.code !== 'PERMISSION_DENIED') return undefined;
    return 'dejavu cannot tell what this upgrade drops, because its role may not try the steps in an empty database';
  }
}

function sayDestroyed({ steps }: Plan): string | undefined {
  const destroyed = steps.flatMap(({ method, destroys }) => destroys.map(what => `${method} drops ${oneLine(what)}`));
  return destroyed.length > 0 ? `data will be lost: ${destroyed.join(', ')}` : undefined;
}

/** Shortens a statement, which may have several lines. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line;
}
