import type { MikroORM } from '@mikro-orm/core';
import type { AbstractSqlDriver } from './mikro-orm/types/sql-types.ts';
import { InsideTransactionError } from './errors.ts';
import { claimOf } from './boot/modules/claimed-entities.ts';
import { neighboursOf, register, type EntityLike } from './boot/modules/neighbours.ts';
import type { Versions } from './models/version-module.ts';
import { define, type Definition, type Steps } from './boot/definition.ts';
import type { Needs } from './boot/modules/needs.ts';
import type { SchemaAmong } from './boot/modules/others.ts';
import {
  resolveOptions,
  type AdoptOptions,
  type Call,
  type CallOptions,
  type DowngradeOptions,
  type OpenedSchema,
  type SchemaOptions,
  type UpgradeOptions,
} from './boot/call.ts';
import type { Step } from './operations/step.ts';
import type { AllowReport, DowngradeReport, SchemaStatus, StorageReport, UpgradeReport } from './boot/report.ts';
import { protectTables } from './store/bookkeeping/protect-tables.ts';
import type { Calls } from './open-schema.ts';
import type { Database } from './store/database.ts';
import { nameOf } from './store/opening/database-name.ts';
import { keyOfCopies, markCopy } from './one-copy.ts';

let loaded: Calls | undefined;
/**
 * Loads what the calls of a Schema need, with the first of them: who only imports a Schema loads none of it. A boot with
 * nothing to do loads nothing else: what only some calls need is imported by them.
 */
const load = async (): Promise<Calls> => (loaded ??= (await import('./open-schema.ts')).CALLS);

// oxlint-disable typescript/no-explicit-any -- any versions that a step leads between, any ORM
type AnyStep<Driver extends AbstractSqlDriver> = Step<any, any, Driver>;
type AnyOrm = MikroORM<any, any, any>;
// oxlint-enable typescript/no-explicit-any

// only the class itself can read its private fields
let open: (schema: Schema, calls: Calls) => OpenedSchema;
/** Names what opens a Schema: these files may be loaded twice, and then another copy of them has to. */
const OPEN = keyOfCopies('open');

/** A step: a method that leads from one version to the next, or back. */
export type StepMethod<Driver extends AbstractSqlDriver = AbstractSqlDriver> = (step: AnyStep<Driver>) => unknown;

/**
 * Versions the storage of one application or module. Extend it, set `guid` and `latest`, and add one `upgradeTo_N` method
 * each time the storage changes. At boot, `await new ZooSchema(orm).upgrade()` brings the database to `latest`.
 *
 * The first call of any method checks the class before it sends a statement. Every method throws
 * {@link SchemaDefinitionError} if the class is wrong, {@link VersionCorruptError} if the version row makes no sense, and
 * {@link DatabaseUnavailableError} if the database cannot be reached.
 *
 * @typeParam Driver - the driver that gives steps its typed EntityManager, for example `PostgreSqlDriver`; any SQL driver
 * by default
 */
export abstract class Schema<Driver extends AbstractSqlDriver = AbstractSqlDriver> {
  /** Names this Schema in the database: 1 to 255 characters. Never change it. */
  abstract readonly guid: string;
  /** The version this code was written for: a whole number, 0 or more. */
  abstract readonly latest: number;
  /** Options of single steps, by version: `{ 2: { compatible: 1 } }`. Default: none. */
  readonly steps: Steps = {};
  /**
   * The versions of other Schemas that this one needs in all its versions, by guid: `{ accounts: 3 }`. A later version that
   * needs more says so at its step. Bring them up together: `upgradeAll([accounts, billing])`.
   */
  readonly dependsOn?: Needs | undefined;
  /** The entities of this Schema. Default: all entities of the ORM that no other Schema lists. */
  readonly entities?: readonly EntityLike[] | undefined;
  /** The frozen versions, from the generated `versions/index.ts`. Without them, steps have no `before` and `after`. */
  readonly versions?: Versions | undefined;
  /**
   * Tables and parts of tables that the database may have in addition to the frozen versions: `'animal_old'`,
   * `'animal.index.by_length'`, `'animal.column.legacy_*'`. `*` stands for any characters. They are never reported as
   * differences. A missing part is still reported.
   */
  readonly extra?: readonly string[] | undefined;

  readonly #orm: MikroORM;
  readonly #options: SchemaOptions;
  #database: Database | undefined;
  #definition: Definition | undefined;
  #stage: number | undefined;

  static {
    open = (schema, calls) => ({
      definition: schema.#define(),
      database: schema.#open(calls),
      claim: claimOf(schema.#orm, schema),
      call: (options, name) => schema.#call(calls, options, name),
    });
  }

  [upgrade: `upgradeTo_${number}`]: StepMethod<Driver> | undefined;
  [downgrade: `downgradeTo_${number}`]: StepMethod<Driver> | undefined;

  /** Creates a Schema on an ORM. Sends nothing to the database. `options` are the defaults of every call. */
  constructor(orm: AnyOrm, options: SchemaOptions = {}) {
    this.#orm = orm;
    this.#options = options;
    register(this.#orm, this);
    // the first call reports an argument that is not an ORM
    if (!Reflect.has(this.#orm, 'config')) return;
    nameOf(this.#orm);
    protectTables(this.#orm);
  }

  /** The version this instance is working to right now; `undefined` when idle. */
  get stage(): number | undefined {
    return this.#stage;
  }

  /** Adds the rows that a fresh installation needs. Override it; it runs in the transaction that creates the storage. */
  async onInstall(_step: AnyStep<Driver>): Promise<void> {}

  /**
   * Changes the rows of a dump that `restore()` has loaded. Override it; it runs in the transaction of the rows, before any
   * step. `step.version` is the version of the dump, `step.before` and `step.after` are both its frozen entities.
   */
  async onRestore(_step: AnyStep<Driver>): Promise<void> {}

  /**
   * Brings the database to `latest`, or to `version`. Installs an empty database; otherwise runs the missing steps, each
   * exactly once, however many processes call it together. Sends one statement if there is nothing to do.
   *
   * @returns a report: the versions before and after, the outcome, and the steps this call ran
   * @throws {@link VersionMissingError}, {@link VersionAheadError}, {@link VersionTooOldError}, {@link VersionForkedError}
   * if this database cannot be upgraded; {@link StepFailedError}, {@link UpgradeBusyError}, {@link UpgradeAbortedError},
   * {@link PermissionDeniedError} if the upgrade fails; {@link SchemaTargetError} for a wrong version or option;
   * {@link InsideTransactionError} inside a transaction of the caller
   */
  upgrade(options?: UpgradeOptions): Promise<UpgradeReport>;
  upgrade(version: number, options?: UpgradeOptions): Promise<UpgradeReport>;
  async upgrade(versionOrOptions?: number | UpgradeOptions, maybeOptions?: UpgradeOptions): Promise<UpgradeReport> {
    const hasOptions = typeof versionOrOptions === 'object' && versionOrOptions !== null;
    const version = hasOptions ? undefined : versionOrOptions;
    const options = hasOptions ? versionOrOptions : maybeOptions;
    const calls: Calls = await load();
    const definition = this.#define();
    const target: unknown = version === undefined ? definition.latest : version;
    calls.assertTarget(definition, target);
    return calls.upgrade(this.#call(calls, options, 'upgrade'), target);
  }

  /**
   * Brings the database back to `version`, with the methods `downgradeTo_N`. Checks the whole path before the first write:
   * every step needs its `downgradeTo_N`, and steps declared `lossy` need `{ allowLoss: true }`. Never goes up.
   *
   * @throws the same errors as {@link Schema.upgrade}
   */
  async downgrade(version: number, options?: DowngradeOptions): Promise<DowngradeReport> {
    const calls: Calls = await load();
    calls.assertTarget(this.#define(), version);
    return calls.downgrade(this.#call(calls, options, 'downgrade'), version);
  }

  /**
   * Creates missing storage: all tables of an empty database, and single missing tables of a database that is level.
   *
   * @throws the same errors as {@link Schema.assertVersion} for any other database
   */
  async assertStorage(options?: CallOptions & Pick<UpgradeOptions, 'install'>): Promise<StorageReport> {
    const calls: Calls = await load();
    return calls.assertStorage(this.#call(calls, options, 'assertStorage'));
  }

  /**
   * Throws unless this code may run on this database: the guard for startup. Sends one statement and never writes.
   *
   * @throws {@link VersionMissingError}, {@link VersionBehindError}, {@link VersionTooOldError}, {@link VersionAheadError},
   * {@link VersionForkedError}
   */
  async assertVersion(): Promise<void> {
    const calls: Calls = await load();
    await calls.assertVersion(this.#around(calls));
  }

  /** Reads the version of the database; `undefined` if it has none. Never writes. */
  async deployed(): Promise<number | undefined> {
    const calls: Calls = await load();
    this.#define();
    return (await calls.readRowPatiently(this.#open(calls)))?.version;
  }

  /** Tells whether the database has a version. Never writes. */
  async versioned(): Promise<boolean> {
    return (await this.deployed()) !== undefined;
  }

  /** Compares the version of the database with this code. Sends one statement and never writes. */
  async status(): Promise<SchemaStatus> {
    const calls: Calls = await load();
    return calls.status(this.#around(calls));
  }

  /**
   * Records the version of a database that has its storage but no version yet. Without a number, records the one frozen
   * version that matches the storage. Runs no step.
   *
   * @throws {@link SchemaTargetError} if the database has a version already, if the steps cannot start from `version`, and,
   * without a number, if several versions have the same storage
   * @throws {@link StorageDiffersError} if the storage differs from the frozen version or, without a number, from all
   * @throws {@link VersionMissingError} if the database has no tables of this Schema
   */
  adopt(options?: AdoptOptions): Promise<UpgradeReport>;
  adopt(version: number, options?: AdoptOptions): Promise<UpgradeReport>;
  async adopt(versionOrOptions?: number | AdoptOptions, maybeOptions?: AdoptOptions): Promise<UpgradeReport> {
    const hasOptions = typeof versionOrOptions === 'object' && versionOrOptions !== null;
    const { unverified = false, ...options } = (hasOptions ? versionOrOptions : maybeOptions) ?? {};
    const version: unknown = hasOptions ? undefined : versionOrOptions;
    const calls: Calls = await load();
    const definition = this.#define();
    if (version !== undefined) calls.assertTarget(definition, version);
    return calls.adopt(
      this.#call(calls, { ...options, ...(unverified && { verify: 'off' }) }, 'adopt'),
      version === undefined ? 'find' : version,
    );
  }

  /**
   * Allows code from `version` on to run on a database that is ahead of it, and writes the reason to the log. Use it when
   * a rollback of the application is blocked by {@link VersionAheadError}.
   *
   * @throws {@link SchemaTargetError} without a `reason`
   */
  async allow(
    version: number,
    options: CallOptions & { readonly reason: string } & Pick<UpgradeOptions, 'release'>,
  ): Promise<AllowReport> {
    const calls: Calls = await load();
    return calls.allow(this.#call(calls, options, 'allow'), version, options?.reason);
  }

  /**
   * Waits until another process has upgraded the database and this code may run on it. Never writes.
   *
   * @throws the same errors as {@link Schema.assertVersion}: after `waitMs`, or at once if waiting cannot help
   */
  async waitForVersion(options?: CallOptions): Promise<void> {
    const calls: Calls = await load();
    return calls.waitForVersion(this.#call(calls, options));
  }

  #define(): Definition {
    if (this.#definition) return this.#definition;
    const definition = define(this, Schema.prototype);
    claimOf(this.#orm, this);
    return (this.#definition = definition);
  }

  #open({ databaseOf }: Calls): Database {
    this.#database ??= databaseOf(this.guid, this.#orm, this.#options.namespace);
    return this.#database;
  }

  #around(calls: Calls): SchemaAmong {
    const { openSchema } = calls;
    return {
      definition: this.#define(),
      database: this.#open(calls),
      modules: (this.#options.modules ?? []).map(module => openSchema(module as Schema)),
      neighbours: () =>
        neighboursOf(this.#orm, this)
          .filter(openerOf)
          .map(neighbour => openSchema(neighbour as Schema)),
    };
  }

  #call(calls: Calls, options: UpgradeOptions = {}, writing?: string): Call {
    const definition = this.#define();
    const { guid } = definition;
    if (writing && this.#orm.em.isInTransaction()) {
      throw new InsideTransactionError(
        `${writing}() was called inside a transaction. Call it before the transaction begins.`,
        { guid },
      );
    }
    return {
      ...this.#around(calls),
      claim: claimOf(this.#orm, this),
      schema: this,
      onStage: stage => (this.#stage = stage),
      ...resolveOptions(definition, this.#options, options),
    };
  }
}

Object.defineProperty(Schema, OPEN, { value: open });
markCopy(Schema);

/** What opens a Schema, also one of a second copy of these files; `undefined` if the value is none. */
export function openerOf(value: unknown): typeof open | undefined {
  const isInstance = typeof value === 'object' && value !== null;
  return isInstance ? (Reflect.get(value.constructor, OPEN) as typeof open | undefined) : undefined;
}

/** Tells whether a value is a subclass of {@link Schema}, also of a second copy of these files. */
export function isSchemaClass(value: unknown): value is new (orm: MikroORM) => Schema {
  return typeof value === 'function' && Reflect.has(value, OPEN) && !Object.hasOwn(value, OPEN);
}
