import type { DowngradeReport } from '../../boot/report.ts';
import type { Command, Target } from '../command.ts';
import type { Flags } from '../flags.ts';
import { sayDuration } from '../durations.ts';
import { assertOne, inTurn } from '../in-turn.ts';
import { sayOrphans } from '../say.ts';
import { UsageError } from '../usage.ts';

/** Brings the database back to a lower version. */
export const downgrade: Command = {
  name: 'downgrade',
  summary: 'bring the database back to a version; asks before it does',
  version: { required: true, about: 'the version to go back to' },
  flags: ['allowLoss', 'transaction', 'backup', 'waitMs', 'release'],
  async run(given) {
    assertOne(given);
    const { flags, ask } = given;
    const { transaction, backup, waitMs, release, allowLoss } = flags;
    const version = given.version as number;
    for (const target of given.schemas) {
      const question = await questionFor(target, version, flags);
      if (question !== undefined) await ask(question);
    }
    return given.working(working =>
      inTurn(
        given,
        ({ schema }) => schema.downgrade(version, { ...working, transaction, backup, waitMs, release, allowLoss }),
        sayDowngrade,
      ),
    );
  },
};

/**
 * What is to be asked before; nothing where nothing will be done, for whatever reason.
 *
 * @param afterwards what is to be done then
 * @throws {@link UsageError} if the way loses data, and that was not allowed
 */
export async function questionFor(
  { schema, definition, database }: Target,
  version: number,
  { allowLoss }: Flags,
  afterwards = '',
): Promise<string | undefined> {
  const { guid, latest, down } = definition;
  const deployed = await schema.deployed();
  if (deployed === undefined || deployed <= version || deployed > latest) return undefined;
  const way = Array.from({ length: deployed - version }, (_, index) => deployed - index);
  if (way.some(from => !down.has(from - 1))) return undefined;
  const losses = way.flatMap(from => definition.optionsOf(from).lossy ?? []).join('; ');
  if (losses !== '' && !allowLoss) {
    throw new UsageError(`${guid}: the way back to version ${version} ${losses}: if that is meant, say --allow-loss`);
  }
  const question = `${guid}: go back from version ${deployed} to ${version}${afterwards} in ${database.place}?`;
  return losses === '' ? question : `${question} That ${losses}.`;
}

/** What a downgrade did, in a line or a few. */
export function sayDowngrade(report: DowngradeReport): string {
  const { guid, from, to, outcome, steps, lost, backup } = report;
  const tookMs = steps.reduce((sum, { ms }) => sum + ms, 0);
  const said =
    outcome === 'level'
      ? `level at version ${to}, nothing to do`
      : `downgraded from version ${from} to ${to}, ${steps.length} ${steps.length === 1 ? 'step' : 'steps'} in ${sayDuration(tookMs)}`;
  return [
    `${guid}: ${said}`,
    ...(backup ? [`  saved before to ${backup}`] : []),
    ...lost.map(
      ({ version, what, rows }) =>
        `  dropped with version ${version}: ${what}, ${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`,
    ),
    ...sayOrphans(report),
  ].join('\n');
}
