import { describeModule } from '../models/frozen-models.ts';
import { differences } from '../models/show-differences.ts';
import { fingerprint } from '../models/fingerprint.ts';
import { reasonOf } from '../errors.ts';
import { describeLive, nameOfVersion } from '../boot/frozen-versions.ts';
import type { FrozenVersion } from '../models/version-module.ts';
import { compareVersions } from '../changes/compare-versions.ts';
import type { StorageDescription } from '../models/description.ts';
import { sameFingerprint } from '../version.ts';
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
        changed = changesOf(found, live, nameOfVersion(latest));
      }
    } catch (error) {
      edited.push({ version, problem: `cannot be loaded: ${reasonOf(error)}` });
    }
  }
  const undeclared = [...up.keys()].filter(version => definition.optionsOf(version).compatible === undefined);
  return { changed, edited, undeclared: undeclared.toSorted((a, b) => a - b) };
}

/** In what the entities differ from the frozen `latest`; `undefined` if none is kept. Imports that version alone. */
export async function changedEntities({ definition, database, claim }: Target): Promise<string[] | undefined> {
  const { latest } = definition;
  const frozen = definition.versionOf(latest);
  if (!frozen) return undefined;
  const name = nameOfVersion(latest);
  return changesOf(
    describeModule(database.orm, await frozen.load(), { name }),
    describeLive(database.orm, claim),
    name,
  );
}

/** In what entities differ from a version: in what they mean, or else in what the driver at hand makes of it. */
function changesOf(frozen: StorageDescription, live: StorageDescription, name: string): string[] {
  const found = differences(frozen, live, [name, 'the entities']);
  if (found.length > 0) return found;
  return compareVersions(frozen, live).altered.flatMap(({ after: entity, properties }) =>
    properties.altered.map(({ before, after }) => {
      const [was, is] = [before, after].map(({ hints }) => hints?.columnTypes?.join(', ') ?? 'nothing');
      return `${entity.name}.${after.name} is ${was} in ${name} and ${is} in the entities`;
    }),
  );
}

function editOf(frozen: FrozenVersion, found: string): string | undefined {
  if (sameFingerprint(found, frozen.fingerprint) !== false) return undefined;
  return `was edited: it is ${found} now, and was frozen as ${frozen.fingerprint}`;
}
