import { showDifferences } from '../../drift/difference-tree.ts';
import type { Schema } from '../../schema.ts';
import { verify } from '../../verify/verify-storage.ts';
import type { Breach, LawCheck, Law, Subject } from '../law.ts';

/** A fresh installation, all steps from the baseline, and the newest frozen version are the same storage. */
export const sameStorageLaw: Law = {
  number: 1,
  name: 'same storage',
  checks: subject => {
    const { latest, frozen } = subject.definition;
    return frozen.includes(latest) ? [freshInstall(subject)] : [];
  },
};

function freshInstall({ definition, lend }: Subject): LawCheck {
  const { latest } = definition;
  const what = `a fresh installation is not the frozen version ${latest}`;
  const next =
    'Look at `onInstall` and at the entities. List storage that is added on purpose in `extra` of the Schema.';
  return {
    says: `a fresh installation is the frozen version ${latest}`,
    version: latest,
    look: () =>
      lend(async ({ schema }) => {
        const zoo = schema();
        await zoo.upgrade({ install: true, verify: 'report' });
        return { breaches: await storageBreaches(zoo, latest, { what, next }) };
      }),
  };
}

/** Compares storage with a frozen version, as `verify` does. */
async function storageBreaches(
  schema: Schema,
  version: number,
  { what, next }: Pick<Breach, 'what' | 'next'>,
): Promise<Breach[]> {
  const { differences } = await verify(schema, { version });
  if (differences.length === 0) return [];
  return [{ what, details: showDifferences(differences).split('\n'), next }];
}
