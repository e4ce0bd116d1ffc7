import type { MikroORM } from '@mikro-orm/core';
import { loadVersion, nameOfVersion } from '../../boot/frozen/load-version.ts';
import { modelsOffline, modelsOn } from '../../models/frozen-models.ts';
import type { Models } from '../../models/version-module.ts';
import type { Schema } from '../../schema.ts';
import { assertFrozenAt } from '../../verify/opened-versions.ts';
import type { OrmOptions } from '../databases/lender.ts';
import type { ProofPlace } from '../law.ts';
import { openSubject, type ProvableSchema } from '../subject.ts';
import { generateRows as makeRows, type RowsOptions, type Unfilled } from './generate-rows.ts';
import { installAt } from './install-at.ts';
import { assertRows, type RowsOption } from './own-rows.ts';

/** The options of `databaseAt()`. */
export interface DatabaseAtOptions<V = object> {
  /** The configuration of MikroORM. Only its server is used, never its database. Default: SQLite in memory. */
  readonly database?: OrmOptions | undefined;
  /**
   * The number of rows in each table, or numbers by the names of entities, 0 for none; or a function that writes all rows: `({
   * em, Animal }) => { em.create(Animal, { name: 'Leo' }); }`. Default: 20.
   */
  readonly rows?: RowsOption | ((models: Models<V>, version: number) => unknown) | undefined;
  /**
   * Selects the made-up rows. The same number gives the same rows.
   *
   * @defaultValue `1`
   */
  readonly seed?: number | undefined;
}

/** A database at a version, with rows in it. `await using` removes it. */
export interface DatabaseAt<V extends object = object> extends AsyncDisposable {
  /** The ORM of the application on it. */
  readonly orm: MikroORM;
  /** The Schema on it, which upgrades it. */
  readonly schema: Schema;
  /** The entities of the version, and an EntityManager on them: `before.Animal`, `before.em`. */
  readonly before: Models<V>;
  /** The tables that have no rows, and why. */
  readonly unfilled: readonly Unfilled[];
  /** Opens the entities of another version, and an EntityManager on them, once the database is at that version. */
  readonly at: <W extends object = object>(version: number) => Promise<Models<W>>;
  /** Removes the database. */
  readonly close: () => Promise<void>;
}

/**
 * Makes a database at a version, with the storage, rows and entities of that version. Upgrade it, and check the rows.
 *
 * ```ts
 * await using zoo = await databaseAt<V2>(ZooSchema, 2, { database: config });
 * zoo.before.em.create(zoo.before.Animal, { name: 'Leo', … });
 * await zoo.before.em.flush();
 * await zoo.schema.upgrade();
 * const after = await zoo.at<V3>(3);
 * expect(await after.em.findOneOrFail(after.Animal, { name: 'Leo' })).toMatchObject({ legs: 4 });
 * ```
 *
 * @throws {@link SchemaTargetError} for a version that is not frozen
 */
export async function databaseAt<V extends object = object>(
  SchemaClass: ProvableSchema,
  version: number,
  { database = {}, rows: given, seed = 1 }: DatabaseAtOptions<V> = {},
): Promise<DatabaseAt<V>> {
  const rows = typeof given === 'function' ? { [version]: given } : given;
  const settings = { seed, rows, from: undefined, dumps: undefined, reference: [], changes: {} };
  const subject = await openSubject(orm => new SchemaClass(orm), database, settings);
  assertRows(rows, subject.definition.frozen, subject.definition.guid);
  const { promise: isOver, resolve: giveBack } = Promise.withResolvers<void>();
  const { promise: isThere, resolve, reject } = Promise.withResolvers<ProofPlace>();
  const lent = subject.lend(async place => {
    resolve(place);
    await isOver;
  });
  lent.catch(reject);
  const place = await isThere;
  const close = async () => {
    giveBack();
    await lent;
  };
  const at = async <W extends object>(of: number) => {
    const call = place.call();
    assertFrozenAt(call, of);
    const module = (await loadVersion(call, of)) as W;
    return modelsOn(place.orm, module, { name: nameOfVersion(of), namespace: call.database.namespace });
  };
  try {
    const { unfilled } = await installAt(place.call(), version, { seed, rows });
    const before = await at<V>(version);
    return { orm: place.orm, schema: place.schema(), before, unfilled, at, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The made-up rows of one table. */
export interface MadeRows {
  readonly table: string;
  readonly entities: readonly string[];
  readonly columns: readonly string[];
  /** Each value in the form that it has in a dump: see `docs/dump-format.md`. */
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * Makes rows for the entities of a frozen version, without any database: every type, nulls, values at the edges, any
 * characters, and relations that lead to rows among them. Each value has the form that it has in a dump.
 *
 * @param orm whose naming strategy and driver the columns have
 */
export function generateRows(
  orm: MikroORM,
  entities: object,
  seed: number,
  { rows }: Pick<RowsOptions, 'rows'> = {},
): readonly MadeRows[] {
  const models = modelsOffline(orm, entities, { name: 'the entities' });
  return makeRows(models, undefined, { seed, rows }).tables.map(({ table, rows: made }) => ({
    table: table.title,
    entities: table.entities,
    columns: table.columns.map(({ name }) => name),
    rows: made.map(({ cells }) => cells.map(cell => JSON.parse(cell) as unknown)),
  }));
}
