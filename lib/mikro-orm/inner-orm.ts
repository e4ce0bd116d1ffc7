import { EntitySchema, type EntityName, type MetadataStorage, type MikroORM } from '@mikro-orm/core';
import type { AbstractSqlConnection } from '@mikro-orm/sql';
import { missingPart } from './missing-part.ts';

/**
 * Keeps an ORM that was made from a transaction inside it: every request for a client gets the transaction, and nothing
 * connects, which would send `pragma foreign_keys = on` to SQLite.
 */
export function stayInside(connection: AbstractSqlConnection): void {
  if (typeof connection.ensureConnection !== 'function') throw missingPart('Connection.ensureConnection()');
  connection.getClient();
  connection.ensureConnection = async () => {};
}

/** Lets metadata answer for entities it does not know with others that stand for them. */
export function answerFor(metadata: MetadataStorage, other: (entity: EntityName) => EntitySchema | undefined): void {
  if (typeof metadata.find !== 'function') throw missingPart('MetadataStorage.find()');
  const find = metadata.find.bind(metadata);
  metadata.find = entity => find(EntitySchema.is(entity) ? (other(entity) ?? entity) : entity);
}

/**
 * Lets an ORM work with the entities of another one of the same dialect, which they keep belonging to: discovered a second
 * time, they would belong to the second ORM.
 *
 * @param borrower made with `skipSyncDiscovery`: it remembers the first metadata that it gets
 */
export function lendEntities(owner: MikroORM, borrower: MikroORM): MikroORM {
  const { driver } = borrower;
  for (const method of ['setMetadata', 'createEntityManager'] as const)
    if (typeof driver[method] !== 'function') throw missingPart(`Driver.${method}()`);
  driver.setMetadata(owner.getMetadata());
  const em = Object.assign(driver.createEntityManager(), { global: true });
  Object.assign(borrower, { em, getMetadata: owner.getMetadata.bind(owner) });
  return borrower;
}
