import type { UpgradeReport } from '../../boot/report.ts';
import { showDifferences } from '../../drift/difference-tree.ts';
import type { Command } from '../command.ts';
import type { Target } from '../project/project-schemas.ts';
import { sayCount, sayDuration } from '../wording.ts';
import { askBeforeLoss } from './ask-before-loss.ts';
import { bringUpAll, isTogether } from './bring-up-all.ts';
import { changedEntities } from './check-command.ts';
import { callEach, onlySchema } from './each-schema.ts';

// Commands that call one method of each Schema and report it in a line or two.

/** Brings the database to a higher version. */
export const upgrade: Command = {
  name: 'upgrade',
  summary: 'bring the database to latest, or to a version: install an empty database, or run the missing steps',
  version: { required: false, about: 'the version to stop at (default: latest)' },
  flags: ['install', 'adopt', 'allowLoss', 'transaction', 'verify', 'backup', 'keepBackups', 'waitMs', 'release'],
  async run(given) {
    const { version, flags } = given;
    if (version !== undefined || flags.adopt !== undefined) onlySchema(given);
    if (flags.backup !== undefined && flags.keepBackups === undefined) onlySchema(given);
    for (const target of given.schemas) await askBeforeLoss(given, target);
    const call = async (target: Target, options: object) =>
      withChanges(target, await target.schema.upgrade(version ?? target.definition.latest, options));
    const changed = '\n  The entities changed since that version. Run npx dejavu next.';
    const say = (report: Awaited<ReturnType<typeof withChanges>>) =>
      sayUpgrade(report) + (report.entitiesChanged ? changed : '');
    return isTogether(given) ? bringUpAll(given, withChanges, say) : callEach(given, call, say);
  },
};

/** Adds to a report whether the entities changed since. */
async function withChanges(target: Target, report: UpgradeReport) {
  return { ...report, entitiesChanged: report.outcome === 'level' && (await hasChanged(target)) };
}

/** *level* alone would mislead a developer who edited an entity and forgot the step. */
async function hasChanged(target: Target): Promise<boolean> {
  const changed = await changedEntities(target).catch(() => undefined);
  return changed !== undefined && changed.length > 0;
}

/** Records the version of a database that has storage but no version. */
export const adopt: Command = {
  name: 'adopt',
  summary: 'record the version of a database that has the storage already, but no version',
  version: { required: false, about: 'the version of its storage (default: the frozen version with equal storage)' },
  flags: ['unverified', 'waitMs', 'release'],
  async run(given) {
    const { version, flags } = given;
    onlySchema(given);
    const call = ({ schema }: Target, options: object) => {
      const verified = { ...options, unverified: flags.unverified };
      return version === undefined ? schema.adopt(verified) : schema.adopt(version, verified);
    };
    return callEach(given, call, sayUpgrade);
  },
};

/** Reports an upgrade in a line or two. */
export function sayUpgrade(report: UpgradeReport): string {
  const { guid, from, to, outcome, steps, backup } = report;
  const ran = steps.length > 0 ? `, ${saySteps(steps)}` : '';
  const said = {
    installed: `installed at version ${to}`,
    adopted: `adopted${steps.length > 0 ? ` and upgraded to version ${to}` : ` at version ${to}`}${ran}`,
    upgraded: `upgraded from version ${from} to ${to}${ran}`,
    level: `level at version ${to}, nothing to do`,
    ahead: `ahead at version ${to}, which this code may use: nothing to do`,
  }[outcome];
  const saved = backup ? [`  backup: ${backup}`] : [];
  return [`${guid}: ${said}`, ...saved, ...sayDropped(report), ...sayOrphans(report), ...sayDrift(report)].join('\n');
}

/** Lists what the steps dropped. */
function sayDropped({ dropped }: Pick<UpgradeReport, 'dropped'>): string[] {
  return dropped.map(({ version, what }) => `  dropped with version ${version}: ${what}`);
}

/** Shows how the storage differs from the frozen version. */
function sayDrift({ drift, to }: Pick<UpgradeReport, 'drift' | 'to'>): string[] {
  if (drift.length === 0) return [];
  const shown = showDifferences(drift)
    .split('\n')
    .map(line => `    ${line}`);
  return [`  the storage differs from the frozen version ${to}:`, ...shown];
}

/** Writes `2 steps in 1.5 s`. */
export function saySteps(steps: readonly { readonly ms: number }[]): string {
  return `${sayCount(steps.length, 'step')} in ${sayDuration(steps.reduce((sum, { ms }) => sum + ms, 0))}`;
}

/** Reports rows with a missing parent, which existed before the upgrade. Foreign keys were off, so nothing else reports them. */
export function sayOrphans({ orphans }: Pick<UpgradeReport, 'orphans'>): string[] {
  if (orphans === 0) return [];
  return [
    `  ${sayCount(orphans, 'row has', 'rows have')} a missing parent. ${orphans === 1 ? 'It' : 'They'} did before, too.`,
  ];
}

/** Creates the storage that is missing. */
export const install: Command = {
  name: 'install',
  summary: 'create missing storage: all of it in an empty database, single tables in one that is level',
  flags: ['waitMs'],
  run: given =>
    callEach(
      given,
      ({ schema }, options) => schema.assertStorage(options),
      ({ guid, version, outcome, created }) => {
        const said = {
          installed: `installed at version ${version}`,
          completed: `level at version ${version}, created ${created.join(', ')}`,
          level: `level at version ${version}, nothing is missing`,
          ahead: `ahead at version ${version}, which this code may use: nothing to do`,
        }[outcome];
        return `${guid}: ${said}`;
      },
    ),
};

/** Allows older code to run on a database that is ahead of it. */
export const allow: Command = {
  name: 'allow',
  summary: 'allow code from this version on to run on a database that is ahead of it; logs the reason',
  version: { required: true, about: 'the version of the code to allow' },
  flags: ['reason', 'waitMs', 'release'],
  async run(given) {
    onlySchema(given);
    const { reason = '' } = given.flags;
    return callEach(
      given,
      ({ schema }, options) => schema.allow(given.version as number, { ...options, reason }),
      ({ guid, deployed, from, to }) => {
        const said = `${guid}: the database at version ${deployed} allows code from version ${to} on`;
        return from === to ? `${said}, as before` : `${said}; before, from version ${from} on`;
      },
    );
  },
};
