import {
  EntitySchema,
  type EntityMetadata,
  type EntityName,
  type MetadataStorage,
  type MikroORM,
} from '@mikro-orm/core';
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

/**
 * A client for an ORM that is made once and works in one transaction of Kysely after another. Before the first, it is of no
 * use: the ORM may be asked what it knows, and sends nothing.
 */
export class TurningClient {
  #transaction: object = new NoTransaction();
  /** What the ORM gets, and takes for the transaction. */
  readonly client: object = new Proxy(this.#transaction, {
    get: (_, name) => {
      const part: unknown = Reflect.get(this.#transaction, name);
      return typeof part === 'function' && name !== 'constructor' ? part.bind(this.#transaction) : part;
    },
    has: (_, name) => name in this.#transaction,
    getPrototypeOf: () => Reflect.getPrototypeOf(this.#transaction),
  });

  /** Leads to another transaction from now on. */
  turnTo(transaction: object): void {
    this.#transaction = transaction;
  }
}

/** Leads nowhere. */
class NoTransaction {
  readonly isOver = true;
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

/** Whether the entities of an ORM belong to it: the ORM that discovered them last has them. */
export function ownsEntities(orm: MikroORM): boolean {
  const all = [...orm.getMetadata().getAll().values()].filter(({ prototype }) => prototype);
  if (all.some(meta => metaOf(meta) === undefined)) throw missingPart('__meta of an entity');
  return all.every(meta => metaOf(meta) === meta);
}

function metaOf({ prototype }: EntityMetadata): unknown {
  return Reflect.get(prototype, '__meta');
}
