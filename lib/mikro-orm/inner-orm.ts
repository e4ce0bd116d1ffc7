import { EntitySchema, type EntityName, type MetadataStorage } from '@mikro-orm/core';
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
