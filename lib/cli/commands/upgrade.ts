import type { UpgradeReport } from '../../boot/report.ts';
import type { Command, Target } from '../command.ts';
import { sayDuration } from '../durations.ts';
import { assertOne, inTurn } from '../in-turn.ts';
import { sayOrphans } from '../say.ts';

/** Brings the database to a higher version. */
export const upgrade: Command = {
  name: 'upgrade',
  summary: 'bring the database to latest, or to a version: install an empty one, or run the steps that are missing',
  version: { required: false, about: 'the version to stop at (default: latest)' },
  flags: ['install', 'adopt', 'transaction', 'backup', 'waitMs', 'release'],
  async run(given) {
    const { flags, version } = given;
    const { install, adopt, transaction, backup, waitMs, release } = flags;
    if (version !== undefined || adopt !== undefined || backup !== undefined) assertOne(given);
    return given.working(working =>
      inTurn(
        given,
        async target => {
          const { schema, definition } = target;
          const options = { ...working, install, adopt, transaction, backup, waitMs, release };
          const report = await schema.upgrade(version ?? definition.latest, options);
          return { ...report, entitiesChanged: report.outcome === 'level' && (await hasChanged(target)) };
        },
        report => sayUpgrade(report) + (report.entitiesChanged ? CHANGED : ''),
      ),
    );
  },
};

const CHANGED = '\n  the entities changed since that version: run dejavu next';

/** A developer who edited an entity and forgot the step would take *level* for done. */
async function hasChanged(target: Target): Promise<boolean> {
  const { changedEntities } = await import('../code-check.ts');
  const changed = await changedEntities(target).catch(() => undefined);
  return changed !== undefined && changed.length > 0;
}

/** What an upgrade did, in a line or two. */
export function sayUpgrade(report: UpgradeReport): string {
  const { guid, from, to, outcome, steps, backup } = report;
  const tookMs = steps.reduce((sum, { ms }) => sum + ms, 0);
  const ran =
    steps.length > 0 ? `, ${steps.length} ${steps.length === 1 ? 'step' : 'steps'} in ${sayDuration(tookMs)}` : '';
  const said = {
    installed: `installed at version ${to}`,
    adopted: `adopted${steps.length > 0 ? ` and upgraded to version ${to}` : ` at version ${to}`}${ran}`,
    upgraded: `upgraded from version ${from} to ${to}${ran}`,
    level: `level at version ${to}, nothing to do`,
    ahead: `ahead at version ${to}, which lets this code run: nothing to do`,
  }[outcome];
  return [`${guid}: ${said}`, ...(backup ? [`  saved before to ${backup}`] : []), ...sayOrphans(report)].join('\n');
}
