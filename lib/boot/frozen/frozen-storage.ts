import type { EntityMetadata } from '@mikro-orm/core';
import { StorageGenerator } from '../../mikro-orm/storage-generator.ts';
import { isOutsider, storedMetadata } from '../../mikro-orm/stored-metadata.ts';
import { openModels } from '../../models/frozen-models.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { nameOfTable, surveyStorage, withoutNamespacesThatAreThere } from '../../store/survey.ts';
import type { Call } from '../call.ts';
import { withEntityManager } from '../run-step.ts';
import { loadVersion, nameOfVersion } from './load-version.ts';

/** Creates the storage of a version as it was frozen. */
export async function createFrozenStorage(held: HeldConnection, call: Call, version: number): Promise<void> {
  await held.executeBatch(await frozenStorageSql(held, call, version));
}

/**
 * Writes the statements that create the storage of a version as it was frozen.
 *
 * @param choose chooses among its entities, and those of other Schemas that it refers to; by default, all entities of the version
 */
export async function frozenStorageSql(
  held: HeldConnection,
  call: Call,
  version: number,
  choose: (all: EntityMetadata[], others: EntityMetadata[]) => EntityMetadata[] | Promise<EntityMetadata[]> = all =>
    all,
): Promise<readonly string[]> {
  const { namespace, dialect } = call.database;
  const module = await loadVersion(call, version);
  return withEntityManager(held, call, async em => {
    const models = openModels(em, module as object, { name: nameOfVersion(version), namespace });
    const others = [...models.em.getMetadata().getAll().values()].filter(isOutsider);
    const metadata = await choose(storedMetadata(models.em), others);
    if (metadata.length === 0) return [];
    const generator = new StorageGenerator(models.em, { metadata, namespace, withRoutines: false });
    return withoutNamespacesThatAreThere(held, dialect, await generator.statements());
  });
}

/**
 * Creates the tables of a frozen version that are missing.
 *
 * @returns their names
 */
export async function completeFrozenStorage(
  held: HeldConnection,
  call: Call,
  version: number,
): Promise<readonly string[]> {
  const { database } = call;
  let missing: readonly string[] = [];
  const statements = await frozenStorageSql(held, call, version, async metadata => {
    ({ missing } = await surveyStorage(database, { metadata, isRest: false }, held));
    return metadata.filter(meta => missing.includes(nameOfTable(database, meta)));
  });
  await held.executeBatch(statements);
  return missing;
}
