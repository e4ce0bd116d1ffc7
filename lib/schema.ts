import type { MikroORM } from '@mikro-orm/core';
import type { AbstractSqlDriver } from '@mikro-orm/sql';
import { InsideTransactionError, type Holder } from './errors.ts';
import { claimOf, register, type EntityLike } from './boot/neighbours.ts';
import type { Versions } from './models/version-module.ts';
import { define, type Definition, type Steps } from './boot/definition.ts';
import {
  resolveOptions,
  type AdoptOptions,
  type Call,
  type CallOptions,
  type DowngradeOptions,
  type SchemaOptions,
  type UpgradeOptions,
} from './boot/call.ts';
import type { Step } from './operations/step.ts';
import { assertTarget } from './boot/decide.ts';
import type { AllowReport, DowngradeReport, StorageReport, UpgradeReport } from './boot/report.ts';
import { adopt, allow, assertStorage, assertVersion, downgrade, upgrade, waitForVersion } from './boot/verbs.ts';
import { databaseOf, nameOf, readRowPatiently, type Database } from './store/database.ts';
import type { Claim } from './mikro-orm/stored-metadata.ts';
import { mayRun, standingOf, type Standing } from './version.ts';

// A boot with nothing to do loads nothing else: what only some calls need is imported by them.

/** Where a database stands, for dashboards and readiness checks. */
export interface SchemaStatus {
  readonly guid: string;
  readonly standing: Standing;
  /** Whether `assertVersion()` would let this code run. */
  readonly runnable: boolean;
  readonly latest: number;
  /** The version the database has reached; `undefined` if it has none. */
  readonly deployed: number | undefined;
  /** The oldest version of the code that may run on the database. */
  readonly compatible: number | undefined;
  /** The version being worked to right now, by whom and since when, if somebody announced that. */
  readonly stage: number | undefined;
  readonly target: number | undefined;
  readonly holder: Holder | undefined;
}

// oxlint-disable typescript/no-explicit-any -- whatever versions a step leads between, whatever the ORM was made with
type AnyStep<Driver extends AbstractSqlDriver> = Step<any, any, Driver>;
type AnyOrm = MikroORM<any, any, any>;
// oxlint-enable typescript/no-explicit-any

/** A Schema as the floors above this one see it. */
export interface OpenedSchema {
  readonly definition: Definition;
  readonly database: Database;
  /** The entities it is responsible for. */
  readonly claim: Claim;
  /** Fills in what a call is to be told, as the Schema's own methods do. @throws {@link InsideTransactionError} */
  readonly call: (options: UpgradeOptions | undefined, name: string) => Call;
}

// what a Schema keeps private is told by the class itself
let open: (schema: Schema) => OpenedSchema;

/** A method that leads from one version to the next, or back. */
export type StepMethod<Driver extends AbstractSqlDriver = AbstractSqlDriver> = (step: AnyStep<Driver>) => unknown;

/**
 * The versioned storage of one application or module: subclass it, set `guid` and `latest`, and add one `upgradeTo_N`
 * method each time the storage changes.
 *
 * The definition is checked at the first call of any method, before any statement is sent; every method throws
 * {@link SchemaDefinitionError} if it is wrong, {@link VersionCorruptError} if the row makes no sense, and
 * {@link DatabaseUnavailableError} if the database cannot be reached.
 *
 * @typeParam Driver - the driver whose own EntityManager steps use; any SQL driver by default
 */
export abstract class Schema<Driver extends AbstractSqlDriver = AbstractSqlDriver> {
  /** Names this Schema in the database. It never changes. */
  abstract readonly guid: string;
  /** The version this code was written for: a whole number from 0. */
  abstract readonly latest: number;
  /** What is to be said of single steps, by version. */
  readonly steps: Steps = {};
  /** The entities this Schema is responsible for. By default all of the ORM's that no other Schema of it names. */
  readonly entities?: readonly EntityLike[] | undefined;
  /** The frozen versions. */
  readonly versions?: Versions | undefined;
  /**
   * What is meant to be in the database beyond the frozen versions: a table (`'animal_old'`) or what belongs to one
   * (`'animal.index.by_length'`, `'animal.column.legacy_*'`), where `*` stands for anything. It is never reported as a
   * difference. What goes missing is.
   */
  readonly extra?: readonly string[] | undefined;

  readonly #orm: MikroORM;
  readonly #options: SchemaOptions;
  #database: Database | undefined;
  #definition: Definition | undefined;
  #stage: number | undefined;

  static {
    open = schema => ({
      definition: schema.#define(),
      database: schema.#open(),
      claim: claimOf(schema.#orm, schema),
      call: (options, name) => schema.#call(options, name),
    });
  }

  [upgrade: `upgradeTo_${number}`]: StepMethod<Driver> | undefined;
  [downgrade: `downgradeTo_${number}`]: StepMethod<Driver> | undefined;

  /** Touches nothing. */
  constructor(orm: AnyOrm, options: SchemaOptions = {}) {
    this.#orm = orm;
    this.#options = options;
    register(this.#orm, this);
    // what is no ORM is told by the first call
    if (Reflect.has(this.#orm, 'config')) nameOf(this.#orm);
  }

  /** The version this instance works to right now; `undefined` when idle. */
  get stage(): number | undefined {
    return this.#stage;
  }

  /** Adds the rows that a fresh installation needs, in the transaction that creates its storage. */
  async onInstall(_step: AnyStep<Driver>): Promise<void> {}

  /**
   * Brings the database to `latest`, or to `version`: installs an empty one, or runs the steps that are missing, each
   * exactly once, with any number of processes doing the same. Sends one statement if there is nothing to do.
   *
   * @throws {@link VersionMissingError}, {@link VersionAheadError}, {@link VersionTooOldError}, {@link VersionForkedError}
   * for what cannot be upgraded; {@link StepFailedError}, {@link UpgradeBusyError}, {@link UpgradeAbortedError},
   * {@link PermissionDeniedError} for what went wrong; {@link SchemaTargetError}, {@link InsideTransactionError} for a call
   * that makes no sense
   */
  upgrade(options?: UpgradeOptions): Promise<UpgradeReport>;
  upgrade(version: number, options?: UpgradeOptions): Promise<UpgradeReport>;
  async upgrade(versionOrOptions?: number | UpgradeOptions, maybeOptions?: UpgradeOptions): Promise<UpgradeReport> {
    const hasOptions = typeof versionOrOptions === 'object' && versionOrOptions !== null;
    const version = hasOptions ? undefined : versionOrOptions;
    const options = hasOptions ? versionOrOptions : maybeOptions;
    const definition = this.#define();
    const target: unknown = version === undefined ? definition.latest : version;
    assertTarget(definition, target);
    return upgrade(this.#call(options, 'upgrade'), target);
  }

  /**
   * Brings the database back to `version`: the whole path is looked at first, and a step without its `downgradeTo_N`
   * stops it before the first write, as does one that is declared lossy without `allowLoss`. Never goes up.
   *
   * @throws as {@link Schema.upgrade} does
   */
  async downgrade(version: number, options?: DowngradeOptions): Promise<DowngradeReport> {
    assertTarget(this.#define(), version);
    return downgrade(this.#call(options, 'downgrade'), version);
  }

  /**
   * Creates the storage that is missing: all of an empty database's, and single tables of one that is level.
   *
   * @throws as {@link Schema.assertVersion} does for a database that is neither
   */
  async assertStorage(options?: CallOptions & Pick<UpgradeOptions, 'install'>): Promise<StorageReport> {
    return assertStorage(this.#call(options, 'assertStorage'));
  }

  /**
   * Throws unless this code may run on this database. Sends one statement; never writes.
   *
   * @throws {@link VersionMissingError}, {@link VersionBehindError}, {@link VersionTooOldError}, {@link VersionAheadError},
   * {@link VersionForkedError}
   */
  async assertVersion(): Promise<void> {
    await assertVersion({ definition: this.#define(), database: this.#open() });
  }

  /** The version the database has reached, or `undefined` if none is recorded. */
  async deployed(): Promise<number | undefined> {
    this.#define();
    return (await readRowPatiently(this.#open()))?.version;
  }

  /** Tells whether the database has a version recorded. */
  async versioned(): Promise<boolean> {
    return (await this.deployed()) !== undefined;
  }

  /** Where the database stands. Sends one statement; never writes. */
  async status(): Promise<SchemaStatus> {
    const definition = this.#define();
    const row = await readRowPatiently(this.#open());
    return {
      guid: definition.guid,
      standing: standingOf(row, definition),
      runnable: mayRun(row, definition),
      latest: definition.latest,
      deployed: row?.version,
      compatible: row?.compatible,
      stage: row?.stage,
      target: row?.target,
      holder: row?.holder,
    };
  }

  /**
   * Records a database that has its storage but no row, at the version it is said to be. Without a number, at the one
   * frozen version whose storage it has.
   *
   * @throws {@link SchemaTargetError} if it has a row already, for a version the steps cannot start from, and, without a
   * number, if several versions have the same storage
   * @throws {@link StorageDiffersError} if the storage is not that of the frozen version, or of any
   * @throws {@link VersionMissingError} if there is no storage to adopt
   */
  adopt(options?: AdoptOptions): Promise<UpgradeReport>;
  adopt(version: number, options?: AdoptOptions): Promise<UpgradeReport>;
  async adopt(versionOrOptions?: number | AdoptOptions, maybeOptions?: AdoptOptions): Promise<UpgradeReport> {
    const hasOptions = typeof versionOrOptions === 'object' && versionOrOptions !== null;
    const { unverified = false, ...options } = (hasOptions ? versionOrOptions : maybeOptions) ?? {};
    const version: unknown = hasOptions ? undefined : versionOrOptions;
    const definition = this.#define();
    if (version !== undefined) assertTarget(definition, version);
    return adopt(
      this.#call({ ...options, ...(unverified && { verify: 'off' }) }, 'adopt'),
      version === undefined ? 'find' : version,
    );
  }

  /**
   * Lets code from `version` on run on a database that is ahead of it, and logs why: the way out when a rollback is
   * blocked at night.
   *
   * @throws {@link SchemaTargetError} without a reason
   */
  async allow(
    version: number,
    options: CallOptions & { readonly reason: string } & Pick<UpgradeOptions, 'release'>,
  ): Promise<AllowReport> {
    return allow(this.#call(options, 'allow'), version, options?.reason);
  }

  /**
   * Waits until this code may run on this database: for processes that leave the upgrade to another.
   *
   * @throws what `assertVersion()` throws once `waitMs` is over, and at once if waiting will not help
   */
  async waitForVersion(options?: CallOptions): Promise<void> {
    return waitForVersion(this.#call(options));
  }

  #define(): Definition {
    if (this.#definition) return this.#definition;
    const definition = define(this, Schema.prototype);
    claimOf(this.#orm, this);
    return (this.#definition = definition);
  }

  #open(): Database {
    this.#database ??= databaseOf(this.guid, this.#orm, this.#options.namespace);
    return this.#database;
  }

  #call(options: UpgradeOptions = {}, writing?: string): Call {
    const definition = this.#define();
    const { guid } = definition;
    if (writing && this.#orm.em.isInTransaction()) {
      throw new InsideTransactionError(`${writing}() was called inside a transaction: call it before beginning one`, {
        guid,
      });
    }
    return {
      database: this.#open(),
      definition,
      claim: claimOf(this.#orm, this),
      schema: this,
      onStage: stage => (this.#stage = stage),
      ...resolveOptions(definition, this.#options, options),
    };
  }
}

/**
 * Opens a Schema for the floors above this one: its definition, checked, and where it stands. Sends nothing.
 *
 * @throws {@link SchemaDefinitionError}
 */
export function openSchema(schema: Schema): OpenedSchema {
  return open(schema);
}
