import { showUpgrade } from '../../boot/outcome/report-text.ts';
import type { UpgradeReport } from '../../boot/report.ts';
import type { Command } from '../command.ts';
import type { Target } from '../project/project-schemas.ts';
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
      showUpgrade(report) + (report.entitiesChanged ? changed : '');
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
    return callEach(given, call, String);
  },
};

/** Creates the storage that is missing. */
export const install: Command = {
  name: 'install',
  summary: 'create missing storage: all of it in an empty database, single tables in one that is level',
  flags: ['waitMs'],
  run: given => callEach(given, ({ schema }, options) => schema.assertStorage(options), String),
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
      String,
    );
  },
};
