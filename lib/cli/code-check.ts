import { describeModule } from '../models/frozen.ts';
import { differences } from '../models/differences.ts';
import { comparable, fingerprint } from '../models/fingerprint.ts';
import { reasonOf } from '../errors.ts';
import { describeLive, nameOfVersion } from '../steps/frozen.ts';
import type { FrozenVersion } from '../models/types.ts';
import type { Target } from './command.ts';

/** What the code alone tells: no database is asked. */
export interface CodeCheck {
  /** In what the entities differ from the frozen `latest`; `undefined` if none is kept. */
  readonly changed: readonly string[] | undefined;
  /** Frozen versions that are not what they were frozen as, and why. */
  readonly edited: readonly { readonly version: number; readonly problem: string }[];
  /** Steps that do not say which older code may go on running beside them. */
  readonly undeclared: readonly number[];
}

/** Looks whether the entities, the frozen versions and the steps agree. Imports every frozen version. */
export async function checkCode({ schema, definition, database, claim }: Target): Promise<CodeCheck> {
  const { latest, up } = definition;
  const { orm } = database;
  const edited: { version: number; problem: string }[] = [];
  let changed: string[] | undefined;
  for (const [key, frozen] of Object.entries(schema.versions ?? {})) {
    const version = Number(key);
    try {
      const found = describeModule(orm, await frozen.load(), { name: nameOfVersion(version) });
      const problem = editOf(frozen, fingerprint(found));
      if (problem !== undefined) edited.push({ version, problem });
      if (version === latest) {
        const live = describeLive(orm, claim);
        changed = differences(found, live, [nameOfVersion(latest), 'the entities']);
      }
    } catch (error) {
      edited.push({ version, problem: `cannot be loaded: ${reasonOf(error)}` });
    }
  }
  const undeclared = [...up.keys()].filter(version => definition.optionsOf(version).compatible === undefined);
  return { changed, edited, undeclared: undeclared.toSorted((a, b) => a - b) };
}

function editOf(frozen: FrozenVersion, found: string): string | undefined {
  if (!comparable(found, frozen.fingerprint) || found === frozen.fingerprint) return undefined;
  return `was edited: it is ${found} now, and was frozen as ${frozen.fingerprint}`;
}
