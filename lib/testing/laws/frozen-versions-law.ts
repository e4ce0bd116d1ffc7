import { describeLive, importVersion, nameOfVersion } from '../../boot/frozen/load-version.ts';
import { reasonOf } from '../../errors.ts';
import { describeModule, editedAs } from '../../models/frozen-models.ts';
import { storageDifferences } from '../../models/show-differences.ts';
import { openSchema } from '../../open-schema.ts';
import type { FrozenVersion } from '../../models/version-module.ts';
import type { Breach, Law, Subject } from '../law.ts';

/** Frozen versions match their fingerprints, the newest matches the entities, and none is missing in between. */
export const frozenVersionsLaw: Law = {
  number: 6,
  name: 'frozen versions',
  checks: subject => [
    {
      says: 'every version from the baseline on is frozen',
      look: async () => ({ breaches: missingVersions(subject) }),
    },
    ...subject.definition.frozen.map(version => ({
      says: `the frozen version ${version} is as it was frozen`,
      version,
      look: async () => ({ breaches: await editedVersion(subject, version) }),
    })),
    {
      says: 'the entities are those of the newest frozen version',
      look: async () => ({ breaches: await changedEntities(subject) }),
    },
  ],
};

function missingVersions({ definition }: Subject): Breach[] {
  const { baseline, latest, frozen } = definition;
  if (frozen.length === 0) {
    return [
      {
        what: 'the Schema has no frozen versions, so no step can be checked',
        details: [],
        next: 'Run `npx dejavu init`, and add `readonly versions = versions;` to the class.',
      },
    ];
  }
  // The version before the first step may be that of an empty database.
  const first = baseline === 0 && !frozen.includes(0) ? 1 : baseline;
  const missing = range(first, latest).filter(version => !frozen.includes(version));
  if (missing.length === 0) return [];
  return [
    {
      what: `${missing.length === 1 ? 'a version is' : 'versions are'} not frozen: ${missing.join(', ')}`,
      details: [],
      next: 'Restore the lines of `versions/index.ts` and the files from version control.',
    },
  ];
}

async function editedVersion({ definition, orm }: Subject, version: number): Promise<Breach[]> {
  const frozen = definition.versionOf(version) as FrozenVersion;
  const name = nameOfVersion(version);
  const next = 'Restore its file from version control. Put the change into a new version: `npx dejavu next`.';
  try {
    const module = await importVersion(frozen, version, definition.guid);
    const print = editedAs(orm, module, { name }, frozen.fingerprint);
    if (print === undefined) return [];
    const details = [`frozen as  ${frozen.fingerprint}`, `and now is ${print}`];
    return [{ what: `${name} was edited`, details, next }];
  } catch (cause) {
    return [{ what: `${name} cannot be loaded`, details: [reasonOf(cause)], next, cause }];
  }
}

async function changedEntities({ definition, orm, schema }: Subject): Promise<Breach[]> {
  const { latest, guid } = definition;
  const frozen = definition.versionOf(latest);
  // The check before this one reports a version that is missing, or cannot be loaded.
  const module = frozen && (await importVersion(frozen, latest, guid).catch(() => undefined));
  if (!module) return [];
  const name = nameOfVersion(latest);
  const live = describeLive(orm, openSchema(schema()).claim);
  const details = storageDifferences(describeModule(orm, module, { name }), live, [name, 'the entities']);
  if (details.length === 0) return [];
  return [{ what: `the entities differ from ${name}`, details, next: 'Make a new version: `npx dejavu next`.' }];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
