import type { MikroORM } from '@mikro-orm/core';
import { asSentence, reasonOf, SchemaDefinitionError } from '../../errors.ts';
import { describeEntities } from '../../models/describe-entities.ts';
import type { StorageDescription } from '../../models/description.ts';
import { storageDifferences } from '../../models/show-differences.ts';
import { describeModule, editedAs } from '../../models/frozen-models.ts';
import { keptFor } from '../../models/kept/kept-models.ts';
import type { FrozenVersion } from '../../models/version-module.ts';
import type { Claim } from '../../mikro-orm/stored-metadata.ts';
import type { Call } from '../call.ts';

const checked = new WeakMap<MikroORM, WeakSet<object>>();

/** Names a frozen version in a message. */
export function nameOfVersion(version: number): string {
  return `the frozen version ${version}`;
}

/**
 * Imports a frozen version, and looks once for each ORM whether it still is what it was frozen as.
 *
 * @returns `undefined` if this Schema keeps none for the version
 * @throws {@link SchemaDefinitionError} if its file was edited, or cannot be imported
 */
export async function loadVersion(
  { database, definition }: Pick<Call, 'database' | 'definition'>,
  version: number,
): Promise<object | undefined> {
  const frozen = definition.versionOf(version);
  if (!frozen) return undefined;
  const module = await importVersion(frozen, version, definition.guid);
  const known = keptFor(database.orm.config)?.unedited ?? checked.get(database.orm) ?? new WeakSet();
  checked.set(database.orm, known);
  if (!known.has(frozen)) {
    const found = editedAs(database.orm, module, { name: nameOfVersion(version) }, frozen.fingerprint);
    if (found !== undefined) {
      throw new SchemaDefinitionError(
        `${nameOfVersion(version)} was edited: its fingerprint is ${found}, but it was frozen as ${frozen.fingerprint}. Restore its file from version control. Put the change into a new version: \`npx dejavu next\`.`,
        { guid: definition.guid },
      );
    }
    known.add(frozen);
  }
  return module;
}

/**
 * Imports a frozen version.
 *
 * @throws {@link SchemaDefinitionError} if its file cannot be imported
 */
export async function importVersion(frozen: FrozenVersion, version: number, guid: string): Promise<object> {
  try {
    return await frozen.load();
  } catch (cause) {
    throw new SchemaDefinitionError(
      `${nameOfVersion(version)} cannot be loaded: ${asSentence(reasonOf(cause))} If its file was deleted or moved, restore it from version control.`,
      { guid, cause },
    );
  }
}

/** Describes the entities a Schema is responsible for, as the application has them now. */
export function describeLive(orm: MikroORM, claim: Claim): StorageDescription {
  return describeEntities(orm, meta => claim.metadata.includes(meta.root));
}

/**
 * Looks whether the entities are those of the frozen version `latest`: a database is never installed with storage that
 * its version does not stand for. A changed length or scale does not change the fingerprint, so it is compared too.
 *
 * @throws {@link SchemaDefinitionError} naming the first differences
 */
export async function assertFrozen(call: Call): Promise<void> {
  const { database, definition, claim } = call;
  const { guid, latest } = definition;
  const module = await loadVersion(call, latest);
  if (!module) return;
  const live = describeLive(database.orm, claim);
  const frozen = describeModule(database.orm, module, { name: nameOfVersion(latest) });
  const found = storageDifferences(frozen, live, [nameOfVersion(latest), 'the entities']);
  if (found.length === 0) return;
  const shown = found.slice(0, 3).join('; ');
  const more = found.length > 3 ? ` and ${found.length - 3} more` : '';
  throw new SchemaDefinitionError(
    `the entities differ from ${nameOfVersion(latest)}: ${shown}${more}. Make a new version: \`npx dejavu next\`.`,
    { guid, changed: found },
  );
}
