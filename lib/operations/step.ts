import type { EntityClass, EntityKey, EntityManagerType, EntitySchema, RawQueryFragment } from '@mikro-orm/core';
import type { AbstractSqlDriver, SqlEntityManager } from '@mikro-orm/sql';
import { isErrorLike, SchemaDefinitionError } from '../errors.ts';
import type { Models } from '../models/version-module.ts';
import { headOf } from '../sql/statements.ts';
import { Turn, type StepTurn } from '../store/steps/turn.ts';
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
import { addProperty, dropProperty, hasProperty, type AddPropertyOptions } from './property.ts';
import { rekeyProperty } from './relations/rekey-property.ts';
import { renameProperty } from './rename-property.ts';
import { createStorage, dropStorage, hasStorage, renameStorage } from './storage.ts';
import { subjectOf } from './subjects.ts';

/** What a step needs from the one who runs it. */
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
  /** The turn of the step, in which its operations have theirs. */
  readonly turn: StepTurn;
  readonly observer?: Operator | undefined;
}

/** An entity as operations take it, frozen or live. */
// oxlint-disable-next-line typescript/no-explicit-any -- whichever base it has
export type Stored<T extends object> = EntitySchema<T, any> | EntityClass<T>;

// oxlint-disable-next-line typescript/no-explicit-any -- where no property is named, any entity will do
export type AnyStored = Stored<any>;

type Value = string | number | bigint | boolean | null | object;

/** What rows get: a value, SQL made with `raw()` or `sql`, or a function of the row as it is. */
export type FillFor<T> = Value | RawQueryFragment | ((row: T) => unknown);

/** A property of an entity, or one inside an embedded one: `home.city`. */
export type PropertyOf<T> = EntityKey<T> | `${EntityKey<T>}.${string}`;

/** The properties of an index, in order, or its name. */
export type IndexOf<T> = string | readonly PropertyOf<T>[];

/**
 * What a step method is handed: the database in the step's own transaction.
 *
 * `Before` and `After` are the types of the frozen versions it leads between, as in `Step<V1, V2>`.
 *
 * Operations are done one after another in the order they are called, whatever the step awaits; but what a step begins it
 * awaits before it ends, or it fails. Each operation first flushes what was changed through `em`, `before.em` and
 * `after.em`, and lets them forget what they read. What is there as asked is left alone; what is there and different is an
 * {@link OperationError}, as are rows that a change has no room for: they are counted before anything is touched.
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

  /** An EntityManager on the live entities, in the step's transaction. It is flushed when the step ends. */
  get em(): Driver[typeof EntityManagerType] {
    return this.#context.em;
  }

  /** The entities as they were before this step, by name, and `em`, an EntityManager on them. Needs frozen versions. */
  get before(): Models<Before> {
    return this.#open('before') as Models<Before>;
  }

  /** The entities as this step leaves them, by name, and `em`, an EntityManager on them. Needs frozen versions. */
  get after(): Models<After> {
    return this.#open('after') as Models<After>;
  }

  /** Aborted when the caller's signal is: long work of a step looks at it. Never aborted if there is none. */
  get signal(): AbortSignal {
    return this.#context.signal;
  }

  /**
   * Sends SQL of the database's own dialect, in the step's transaction.
   *
   * @param sql - with `?` for each of `params`, and `\?` for an operator that is one; without `params` it is sent to the letter
   * @returns the rows, empty for a statement that has none
   */
  async execute<Row extends object = Record<string, unknown>>(
    sql: string,
    params: readonly unknown[] = [],
  ): Promise<Row[]> {
    const { em } = this.#context;
    return this.#operate('execute', [sql], operations => execute(operations, em, sql, params) as Promise<Row[]>);
  }

  /** Tells `onProgress` how far the step is, in whatever it counts. */
  progress(done: number, total?: number): void {
    this.#context.onProgress(done, total);
  }

  /**
   * Creates the tables or views of entities, with their indexes, checks, foreign keys and join tables. Entities that refer
   * to each other are given together.
   */
  async createStorage(...entities: AnyStored[]): Promise<void> {
    return this.#operate('createStorage', entities, operations => createStorage(operations, entities));
  }

  /** Drops the tables or views of entities with their rows and join tables; those that refer to others first. */
  async dropStorage(...entities: AnyStored[]): Promise<void> {
    return this.#operate('dropStorage', entities, operations => dropStorage(operations, entities));
  }

  /** Renames the table of an entity; what refers to it follows. */
  async renameStorage(before: AnyStored, after: AnyStored): Promise<void> {
    return this.#operate('renameStorage', [before, after], operations => renameStorage(operations, before, after));
  }

  /**
   * Makes a table what `after` says it is, all at once: SQLite rebuilds it once at the most. What is not named in
   * `renamed` is dropped or added, never guessed.
   */
  async alterStorage(before: AnyStored, after: AnyStored, options?: AlterStorageOptions): Promise<void> {
    return this.#operate('alterStorage', [before, after], operations =>
      alterStorage(operations, before, after, options),
    );
  }

  /** Tells whether the table or view of an entity is there. */
  async hasStorage(entity: AnyStored): Promise<boolean> {
    return this.#operate('hasStorage', [entity], operations => hasStorage(operations, entity));
  }

  /** Adds a property with its indexes, checks and foreign key; `fill` says what the rows that are there get. */
  async addProperty<T extends object>(
    entity: Stored<T>,
    property: PropertyOf<T>,
    options?: Omit<AddPropertyOptions, 'fill'> & { readonly fill?: FillFor<T> },
  ): Promise<void> {
    return this.#operate('addProperty', [entity, property], operations =>
      addProperty(operations, entity, property, options),
    );
  }

  /** Drops a property with its values, and every index, check and foreign key that cannot do without it. */
  async dropProperty<T extends object>(entity: Stored<T>, property: PropertyOf<T>): Promise<void> {
    return this.#operate('dropProperty', [entity, property], operations => dropProperty(operations, entity, property));
  }

  /** Renames a property, values and all. */
  async renameProperty<B extends object, A extends object>(
    before: Stored<B>,
    from: PropertyOf<B>,
    after: Stored<A>,
    to: PropertyOf<A>,
  ): Promise<void> {
    return this.#operate('renameProperty', [before, from, after, to], operations =>
      renameProperty(operations, before, from, after, to),
    );
  }

  /**
   * Gives a relation the new key of the rows it points to, while their table has both keys. Its foreign key comes back by
   * {@link Step.alterProperty}.
   */
  async rekeyProperty<B extends object, A extends object>(
    before: Stored<B>,
    from: PropertyOf<B>,
    after: Stored<A>,
    to: PropertyOf<A>,
  ): Promise<void> {
    return this.#operate('rekeyProperty', [before, from, after, to], operations =>
      rekeyProperty(operations, before, from, after, to),
    );
  }

  /**
   * Makes a property what the entity says it is: type, nullability, default, generated expression, enum items, foreign
   * key. Given the entity as it was too, what that had and the new one has not is dropped.
   */
  async alterProperty<T extends object>(
    entity: Stored<T>,
    property: PropertyOf<T>,
    options?: AlterOptionsFor<T>,
  ): Promise<void>;
  async alterProperty<B extends object, A extends object>(
    before: Stored<B>,
    after: Stored<A>,
    property: PropertyOf<A>,
    options?: AlterOptionsFor<A>,
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

  /** Tells whether the columns of a property are there. */
  async hasProperty<T extends object>(entity: Stored<T>, property: PropertyOf<T>): Promise<boolean> {
    return this.#operate('hasProperty', [entity, property], operations => hasProperty(operations, entity, property));
  }

  /** Creates an index that the entity declares; by properties, also a plain one that it does not declare. */
  async addIndex<T extends object>(entity: Stored<T>, index: IndexOf<T>): Promise<void> {
    return this.#operate('addIndex', [entity, index], operations =>
      addIndex(operations, entity, index as string | string[]),
    );
  }

  /** Drops an index. */
  async dropIndex<T extends object>(entity: Stored<T>, index: IndexOf<T>): Promise<void> {
    return this.#operate('dropIndex', [entity, index], operations =>
      dropIndex(operations, entity, index as string | string[]),
    );
  }

  /** Tells whether an index is there, by its name. */
  async hasIndex<T extends object>(entity: Stored<T>, index: IndexOf<T>): Promise<boolean> {
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

  /** Adds the foreign key of a relation whose columns are there. */
  async addForeignKey<T extends object>(entity: Stored<T>, property: PropertyOf<T>): Promise<void> {
    return this.#operate('addForeignKey', [entity, property], operations =>
      addForeignKey(operations, entity, property),
    );
  }

  /** Drops the foreign key of a relation; its columns stay. */
  async dropForeignKey<T extends object>(entity: Stored<T>, property: PropertyOf<T>): Promise<void> {
    return this.#operate('dropForeignKey', [entity, property], operations =>
      dropForeignKey(operations, entity, property),
    );
  }

  /**
   * Hands over the rows of an entity in the order of its key, a batch at a time, with flat memory: after each batch what
   * was changed is flushed, and everything that was read is let go.
   *
   * @returns how many rows there were
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

  /** Gives the rows of a table a value in one property; a function is called for each, and written a batch at a time. */
  async fill<T extends object>(
    entity: Stored<T>,
    property: PropertyOf<T>,
    value: FillFor<T>,
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
    const from = new Error(verb);
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
      `${method} asks for step.${side}, and no version is frozen there: add it to versions, or use step.em and step.execute()`,
      { guid },
    );
  }
}

/** {@link AlterPropertyOptions}, with rows of an entity. */
export type AlterOptionsFor<T> = Omit<AlterPropertyOptions, 'fill'> & { readonly fill?: FillFor<T> };

/** An error whose stack begins where the step called the operation, if it does not say so itself. */
function calledFrom(error: unknown, { stack: called = '' }: Error): unknown {
  if (!isErrorLike(error)) return error;
  const frames = called.split('\n').filter(line => /^\s+at /.test(line) && !line.includes(OWN_FRAME));
  const [first] = frames;
  if (first === undefined || error.stack?.includes(first.trim())) return error;
  const lines = (error.stack ?? String(error)).split('\n');
  const said = lines.findIndex(line => /^\s+at /.test(line));
  error.stack = lines.toSpliced(said < 0 ? lines.length : said, 0, ...frames).join('\n');
  return error;
}

/** What a frame of this file says. */
const OWN_FRAME = import.meta.url.slice('file://'.length);
