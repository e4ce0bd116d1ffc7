import type { EntityClass, EntityManagerType, EntitySchema } from '@mikro-orm/core';
import type { AbstractSqlDriver, SqlEntityManager } from '../mikro-orm/types/sql-types.ts';
import { isErrorLike, SchemaDefinitionError } from '../errors.ts';
import type { Models } from '../models/version-module.ts';
import { headOf } from '../sql/statements.ts';
import type { StepTurn } from '../store/steps/stray-work.ts';
import { Turn } from '../store/steps/turn.ts';
import { alterProperty, type AlterPropertyOptions } from './alter-property.ts';
import { alterStorage, type AlterStorageOptions } from './alter-storage.ts';
import { addCheck, dropCheck } from './check-operations.ts';
import { clearSides, flushSides, type OperationContext, type Operator } from './context.ts';
import { each, type EachOptions } from './each.ts';
import { execute } from './execute.ts';
import { fill, type FillOptions } from './fill.ts';
import type { FixtureReport, FixtureSource, LoadFixtureOptions } from './fixture/load-fixture.ts';
import { addForeignKey, dropForeignKey } from './relations/foreign-key-operations.ts';
import { addIndex, dropIndex, hasIndex } from './index-operations.ts';
import { moveProperty, type MovePropertyOptions } from './inheritance/move-property.ts';
import { addProperty, dropProperty, hasProperty, type AddPropertyOptions } from './property.ts';
import { rekeyProperty } from './relations/rekey-property.ts';
import { renameProperty } from './rename-property.ts';
import type { ExistingPath, FillFor, PropertyOf } from './types/property-types.ts';
import { createStorage, dropStorage, hasStorage, renameStorage } from './storage.ts';
import { subjectOf } from './subjects.ts';

/** What a step needs from its runner. */
interface StepContext {
  readonly guid: string;
  readonly version: number;
  readonly method: string;
  readonly em: SqlEntityManager;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number | undefined) => void;
  readonly operations: OperationContext;
  /** Opens the entities of one side; `undefined` if no version was frozen there. */
  readonly open: (side: 'before' | 'after') => Models | undefined;
  /** The versions of other Schemas that the step depends on, by guid. */
  readonly needs: ReadonlyMap<string, number>;
  /** Opens the entities of another Schema, to read them. */
  readonly openOther: (guid: string) => Promise<Models>;
  /** The turn of the step, in which its operations have theirs. */
  readonly turn: StepTurn;
  readonly observer?: Operator | undefined;
}

/** An entity as operations take it, frozen or live. */
// oxlint-disable-next-line typescript/no-explicit-any -- whichever base it has
export type Stored<T extends object> = EntitySchema<T, any> | EntityClass<T>;

// oxlint-disable-next-line typescript/no-explicit-any -- where no property is named, any entity will do
export type AnyStored = Stored<any>;

/** The properties of an index, in order, or its name. */
export type IndexOf<Property extends string> = string | readonly Property[];

/**
 * The argument of a step method: reads and changes the database in the transaction of the step.
 *
 * `Before` and `After` are the types of the two frozen versions, as in `Step<V1, V2>`.
 *
 * Operations run one after another, in the order of their calls. Await each of them: a step that returns earlier fails. Each
 * operation first flushes `em`, `before.em` and `after.em`, and clears them afterwards. If the database already matches,
 * nothing happens. If a part exists but differs, or if existing rows would break a change (nulls, duplicates, values that do
 * not fit), the operation throws {@link OperationError} before it touches anything, and says how many rows.
 */
export class Step<Before = object, After = object, Driver extends AbstractSqlDriver = AbstractSqlDriver> {
  readonly #context: StepContext;

  constructor(context: StepContext) {
    this.#context = context;
  }

  /** The version this step leads to. */
  get version(): number {
    return this.#context.version;
  }

  /** The EntityManager of the live entities, in the transaction of the step. The end of the step flushes it. */
  get em(): Driver[typeof EntityManagerType] {
    return this.#context.em;
  }

  /** The entities as they were before this step: `before.Animal`, and `before.em` to read them. Needs frozen versions. */
  get before(): Models<Before> {
    return this.#open('before') as Models<Before>;
  }

  /** The entities as this step leaves them: `after.Animal`, and `after.em` to write them. Needs frozen versions. */
  get after(): Models<After> {
    return this.#open('after') as Models<After>;
  }

  /**
   * Opens the entities of another Schema that this step depends on (`dependsOn`), at the version it asks for, to read them in
   * the transaction of the step: `const accounts = await step.of<AccountsV5>('accounts')`, then
   * `accounts.em.find(accounts.Account, {})`.
   *
   * @throws {@link OperationError} if the step does not depend on it, if it is in another database, if it keeps no frozen
   * version of that number, or if its storage is no longer one that code of that version may use
   */
  async of<Other = object>(guid: string): Promise<Models<Other>> {
    return this.#operate('of', [guid, this.#context.needs.get(guid)], () => this.#context.openOther(guid)) as Promise<
      Models<Other>
    >;
  }

  /** The signal of the caller. Long work of a step checks it. Without a signal of the caller, it never aborts. */
  get signal(): AbortSignal {
    return this.#context.signal;
  }

  /**
   * Sends SQL in the dialect of the database, in the transaction of the step.
   *
   * @param sql - with one `?` per parameter, and `\?` for a literal question mark; without `params` it is sent unchanged
   * @returns the rows; an empty list for a statement without rows
   */
  async execute<Row extends object = Record<string, unknown>>(
    sql: string,
    params: readonly unknown[] = [],
  ): Promise<Row[]> {
    const { em } = this.#context;
    return this.#operate('execute', [sql], operations => execute(operations, em, sql, params) as Promise<Row[]>);
  }

  /** Reports to `onProgress` how far the step is, in any unit: `step.progress(500, 20_000)`. */
  progress(done: number, total?: number): void {
    this.#context.onProgress(done, total);
  }

  /**
   * Creates the tables or views of entities, with their indexes, checks, foreign keys and join tables. Pass entities that
   * refer to each other together.
   */
  async createStorage(...entities: AnyStored[]): Promise<void> {
    return this.#operate('createStorage', entities, operations => createStorage(operations, entities));
  }

  /** Drops the tables or views of entities, with their rows and join tables. Pass the entity that refers first. */
  async dropStorage(...entities: AnyStored[]): Promise<void> {
    return this.#operate('dropStorage', entities, operations => dropStorage(operations, entities));
  }

  /** Renames the table of an entity. Rows stay, and references to it follow. */
  async renameStorage(before: AnyStored, after: AnyStored): Promise<void> {
    return this.#operate('renameStorage', [before, after], operations => renameStorage(operations, before, after));
  }

  /**
   * Changes a table to the definition of `after`, all at once: SQLite rebuilds it at most once. Drops and adds properties as
   * needed; only those in `renamed` are renamed.
   */
  async alterStorage(before: AnyStored, after: AnyStored, options?: AlterStorageOptions): Promise<void> {
    return this.#operate('alterStorage', [before, after], operations =>
      alterStorage(operations, before, after, options),
    );
  }

  /** Tells whether the table or view of an entity exists. */
  async hasStorage(entity: AnyStored): Promise<boolean> {
    return this.#operate('hasStorage', [entity], operations => hasStorage(operations, entity));
  }

  /** Adds a property with its indexes, checks and foreign key. `fill` is the value for existing rows. */
  async addProperty<T extends object, P extends PropertyOf<T>>(
    entity: Stored<T>,
    property: P & ExistingPath<T, P>,
    options?: Omit<AddPropertyOptions, 'fill'> & { readonly fill?: FillFor<T, P> },
  ): Promise<void> {
    return this.#operate('addProperty', [entity, property], operations =>
      addProperty(operations, entity, property, options),
    );
  }

  /** Drops a property with its values, and every index, check and foreign key that needs it. */
  async dropProperty<T extends object, P extends PropertyOf<T>>(
    entity: Stored<T>,
    property: P & ExistingPath<T, P>,
  ): Promise<void> {
    return this.#operate('dropProperty', [entity, property], operations => dropProperty(operations, entity, property));
  }

  /** Renames a property. Its values stay. */
  async renameProperty<B extends object, A extends object, From extends PropertyOf<B>, To extends PropertyOf<A>>(
    before: Stored<B>,
    from: From & ExistingPath<B, From>,
    after: Stored<A>,
    to: To & ExistingPath<A, To>,
  ): Promise<void> {
    return this.#operate('renameProperty', [before, from, after, to], operations =>
      renameProperty(operations, before, from, after, to),
    );
  }

  /**
   * Moves a property between entities that extend each other and have a table each, with its values: from children to their
   * parent, or from a parent to its children. Refuses if rows hold values that have no row there, unless `discard` is set.
   * `fill` is the value for rows that get none.
   */
  async moveProperty<A extends object, P extends PropertyOf<A>>(
    before: AnyStored | readonly AnyStored[],
    after: Stored<A>,
    property: P & ExistingPath<A, P>,
    options?: MoveOptionsFor<A, P>,
  ): Promise<void>;
  async moveProperty<B extends object, P extends PropertyOf<B>>(
    before: Stored<B>,
    after: readonly AnyStored[],
    property: P & ExistingPath<B, P>,
    options?: MoveOptionsFor<B, P>,
  ): Promise<void>;
  async moveProperty(
    before: AnyStored | readonly AnyStored[],
    after: AnyStored | readonly AnyStored[],
    property: string,
    options?: MovePropertyOptions,
  ): Promise<void> {
    const [from, to] = [[before].flat(), [after].flat()] as AnyStored[][];
    return this.#operate('moveProperty', [...(from ?? []), ...(to ?? []), property], operations =>
      moveProperty(operations, from ?? [], to ?? [], property, options),
    );
  }

  /**
   * Changes a relation to the new primary key of its target, while the target still has both keys. Drops the foreign key;
   * add it again with {@link Step.alterProperty}.
   */
  async rekeyProperty<B extends object, A extends object, From extends PropertyOf<B>, To extends PropertyOf<A>>(
    before: Stored<B>,
    from: From & ExistingPath<B, From>,
    after: Stored<A>,
    to: To & ExistingPath<A, To>,
  ): Promise<void> {
    return this.#operate('rekeyProperty', [before, from, after, to], operations =>
      rekeyProperty(operations, before, from, after, to),
    );
  }

  /**
   * Changes a property to the definition in the entity: type, nullability, default, generated expression, enum items,
   * foreign key. Given `before` too, drops what only `before` declares.
   */
  async alterProperty<T extends object, P extends PropertyOf<T>>(
    entity: Stored<T>,
    property: P & ExistingPath<T, P>,
    options?: AlterOptionsFor<T, P>,
  ): Promise<void>;
  async alterProperty<B extends object, A extends object, P extends PropertyOf<A>>(
    before: Stored<B>,
    after: Stored<A>,
    property: P & ExistingPath<A, P>,
    options?: AlterOptionsFor<A, P>,
  ): Promise<void>;
  async alterProperty(first: AnyStored, ...rest: unknown[]): Promise<void> {
    const [before, after, property, options] =
      typeof rest[0] === 'string' ? [undefined, first, ...rest] : [first, ...rest];
    return this.#operate('alterProperty', [first, ...rest], operations =>
      alterProperty(
        operations,
        before as object | undefined,
        after as object,
        property as string,
        options as AlterPropertyOptions,
      ),
    );
  }

  /** Tells whether the columns of a property exist. */
  async hasProperty<T extends object, P extends PropertyOf<T>>(
    entity: Stored<T>,
    property: P & ExistingPath<T, P>,
  ): Promise<boolean> {
    return this.#operate('hasProperty', [entity, property], operations => hasProperty(operations, entity, property));
  }

  /** Creates an index that the entity declares. Given properties, also creates an index that it does not declare. */
  async addIndex<T extends object, P extends PropertyOf<T>>(
    entity: Stored<T>,
    index: IndexOf<P & ExistingPath<T, P>>,
  ): Promise<void> {
    return this.#operate('addIndex', [entity, index], operations =>
      addIndex(operations, entity, index as string | string[]),
    );
  }

  /** Drops an index, by its name or its properties. */
  async dropIndex<T extends object, P extends PropertyOf<T>>(
    entity: Stored<T>,
    index: IndexOf<P & ExistingPath<T, P>>,
  ): Promise<void> {
    return this.#operate('dropIndex', [entity, index], operations =>
      dropIndex(operations, entity, index as string | string[]),
    );
  }

  /** Tells whether an index exists, by its name or its properties. */
  async hasIndex<T extends object, P extends PropertyOf<T>>(
    entity: Stored<T>,
    index: IndexOf<P & ExistingPath<T, P>>,
  ): Promise<boolean> {
    return this.#operate('hasIndex', [entity, index], operations =>
      hasIndex(operations, entity, index as string | string[]),
    );
  }

  /** Adds a check that the entity declares. */
  async addCheck(entity: AnyStored, name: string): Promise<void> {
    return this.#operate('addCheck', [entity, name], operations => addCheck(operations, entity, name));
  }

  /** Drops a check by its name. */
  async dropCheck(entity: AnyStored, name: string): Promise<void> {
    return this.#operate('dropCheck', [entity, name], operations => dropCheck(operations, entity, name));
  }

  /** Adds the foreign key of a relation whose columns exist. */
  async addForeignKey<T extends object, P extends PropertyOf<T>>(
    entity: Stored<T>,
    property: P & ExistingPath<T, P>,
  ): Promise<void> {
    return this.#operate('addForeignKey', [entity, property], operations =>
      addForeignKey(operations, entity, property),
    );
  }

  /** Drops the foreign key of a relation. Its columns stay. */
  async dropForeignKey<T extends object, P extends PropertyOf<T>>(
    entity: Stored<T>,
    property: P & ExistingPath<T, P>,
  ): Promise<void> {
    return this.#operate('dropForeignKey', [entity, property], operations =>
      dropForeignKey(operations, entity, property),
    );
  }

  /**
   * Passes the rows of an entity to `work`, in the order of the primary key, one batch at a time, with flat memory: each
   * batch is flushed and cleared before the next.
   *
   * @returns the number of rows
   */
  async each<T extends object>(entity: Stored<T>, work: (rows: T[]) => unknown): Promise<number>;
  async each<T extends object>(
    entity: Stored<T>,
    options: EachOptions<T>,
    work: (rows: T[]) => unknown,
  ): Promise<number>;
  async each<T extends object>(
    entity: Stored<T>,
    ...rest: [(rows: T[]) => unknown] | [EachOptions<T>, (rows: T[]) => unknown]
  ): Promise<number> {
    const [options, work] = rest.length === 1 ? [{}, rest[0]] : rest;
    return this.#operate('each', [entity], operations => each<T>(operations, entity, options, work));
  }

  /** Sets one property of the rows of a table. A function is called for each row, and its results are written in batches. */
  async fill<T extends object, P extends PropertyOf<T>>(
    entity: Stored<T>,
    property: P & ExistingPath<T, P>,
    value: FillFor<T, P>,
    options?: FillOptions,
  ): Promise<void> {
    return this.#operate('fill', [entity, property], operations => fill(operations, entity, property, value, options));
  }

  /**
   * Brings the rows of entities to what a fixture says: inserts, updates and, if asked to, deletes. The whole fixture is
   * checked first, and all of it is loaded or nothing.
   *
   * @param source - the path of a fixture, relative to the working directory, its URL, or what the file holds:
   *   `new URL('./fixtures/0007_category.json', import.meta.url)`
   * @returns how many rows were inserted, updated, deleted and left unchanged
   * @throws {@link FixtureError} with every problem by file, line and column, or with the rows that refer to a removed one
   */
  async loadFixture(source: FixtureSource, options: LoadFixtureOptions): Promise<FixtureReport> {
    return this.#operate(
      'loadFixture',
      [String(source instanceof URL ? source.pathname : source)],
      async operations => {
        const { loadFixture } = await import('./fixture/load-fixture.ts');
        return loadFixture(operations, this.version, source, options);
      },
    );
  }

  /**
   * Carries out an operation in its turn. Flushes pending changes before it, and clears the identity maps after it.
   */
  async #operate<R>(
    verb: string,
    given: readonly unknown[],
    operation: (operations: OperationContext) => Promise<R>,
  ): Promise<R> {
    const { operations, turn, observer } = this.#context;
    const flush = () => flushSides(operations);
    const call = async () => {
      await flush();
      const result = await operation(operations);
      clearSides(operations);
      return result;
    };
    const now = Turn.current();
    const outer = now?.root === turn ? now : turn;
    const name = () => `${verb}(${verb === 'execute' ? headOf(String(given[0])) : subjectOf(verb, given)})`;
    // An operation that waits for its turn is no longer called by the step, as far as its stack knows.
    // Its stack begins at the caller of the verb. File names would not do: in a bundle all code is in one file.
    const from: { readonly stack?: string } = {};
    Error.captureStackTrace(from, Reflect.get(this, verb) as () => unknown);
    const told = () => (observer ? observer.operate({ verb, subject: subjectOf(verb, given), flush }, call) : call());
    try {
      return await outer.take(name, told);
    } catch (error) {
      throw calledFrom(error, from);
    }
  }

  #open(side: 'before' | 'after'): Models {
    const { guid, method, open } = this.#context;
    const models = open(side);
    if (models) return models;
    throw new SchemaDefinitionError(
      `${method} uses step.${side}, but that version is not frozen. Add it to versions, or use step.em and step.execute().`,
      { guid },
    );
  }
}

/** {@link AlterPropertyOptions}, with rows of an entity. */
export type AlterOptionsFor<T, Path extends string = never> = Omit<AlterPropertyOptions, 'fill'> & {
  readonly fill?: FillFor<T, Path>;
};

/** {@link MovePropertyOptions}, with rows of an entity. */
export type MoveOptionsFor<T, Path extends string = never> = Omit<MovePropertyOptions, 'fill'> & {
  readonly fill?: FillFor<T, Path>;
};

/** An error whose stack begins where the step called the operation, if it does not say so itself. */
function calledFrom(error: unknown, { stack: called = '' }: { readonly stack?: string }): unknown {
  if (!isErrorLike(error)) return error;
  const frames = called.split('\n').filter(line => /^\s+at /.test(line));
  const [first] = frames;
  if (first === undefined || error.stack?.includes(first.trim())) return error;
  const lines = (error.stack ?? String(error)).split('\n');
  const said = lines.findIndex(line => /^\s+at /.test(line));
  error.stack = lines.toSpliced(said < 0 ? lines.length : said, 0, ...frames).join('\n');
  return error;
}
