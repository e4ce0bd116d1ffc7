import type { Law, LawCheck, Subject } from '../law.ts';
import { storageBreaches } from './storage-breaches.ts';

/** A fresh installation, all steps from the oldest version, and the newest frozen version are the same storage. */
export const sameStorageLaw: Law = {
  number: 1,
  name: 'same storage',
  checks: subject => {
    const { latest, frozen } = subject.definition;
    if (!frozen.includes(latest)) return [];
    const oldest = oldestVersion(subject);
    return [freshInstall(subject), ...(oldest < latest ? [allSteps(subject, oldest)] : [])];
  },
};

/** The oldest frozen version that the steps can start from. */
export function oldestVersion({ definition: { frozen, baseline, latest } }: Subject): number {
  return Math.min(latest, ...frozen.filter(version => version >= baseline));
}

function freshInstall({ definition: { latest }, prepared }: Subject): LawCheck {
  const what = `a fresh installation is not the frozen version ${latest}`;
  const next =
    'Look at `onInstall` and at the entities. List storage that is added on purpose in `extra` of the Schema.';
  return {
    says: `a fresh installation is the frozen version ${latest}`,
    version: latest,
    look: () =>
      prepared.lendFresh(async ({ schema }) => ({
        breaches: await storageBreaches(schema(), latest, { what, next }),
      })),
  };
}

function allSteps({ definition: { latest }, prepared, options: { seed } }: Subject, oldest: number): LawCheck {
  const what = `all steps from version ${oldest} on do not lead to the frozen version ${latest}`;
  const next =
    'The check of each step names the step. Complete that step, or list the intended storage in `extra` of the Schema.';
  return {
    says: `all steps from version ${oldest} on, without a row, lead to the frozen version ${latest}`,
    version: latest,
    look: () =>
      prepared.lendUpgraded({ from: oldest, to: latest, options: { seed, rows: 0 } }, async ({ schema }) => ({
        breaches: await storageBreaches(schema(), latest, { what, next }),
      })),
  };
}
