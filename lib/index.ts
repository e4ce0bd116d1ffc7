export { Schema, type StepMethod } from './schema.ts';
export type { Step, AlterOptionsFor, AnyStored, IndexOf, MoveOptionsFor, Stored } from './operations/step.ts';
export type { FillFor, PropertyOf } from './operations/types/property-types.ts';
export type { EntitiesOf, FrozenVersion, Models, VersionModule, Versions } from './models/version-module.ts';
export type { DeclaredLoss, StepOptions, Steps } from './boot/definition.ts';
export type { EntityLike } from './boot/modules/neighbours.ts';
export type { Needs } from './boot/modules/needs.ts';
export { onBoot, type BootLogger, type BootMode, type BootOptions, type BootReport } from './framework/on-boot.ts';
export { readiness, type Readiness } from './framework/readiness.ts';
export { upgradeAll, type UpgradeAllOptions, type UpgradeAllReport } from './modules/upgrade-all.ts';
export type {
  AdoptOptions,
  CallOptions,
  DowngradeOptions,
  Progress,
  SchemaOptions,
  UpgradeOptions,
  VerifyMode,
} from './boot/call.ts';
export type { AddPropertyOptions } from './operations/property.ts';
export type { AlterPropertyOptions } from './operations/alter-property.ts';
export type { AlterStorageOptions } from './operations/alter-storage.ts';
export type { EachOptions } from './operations/each.ts';
export type { FillOptions } from './operations/fill.ts';
export type { FixtureReport, FixtureSource, LoadFixtureOptions } from './operations/fixture/load-fixture.ts';
export type { FixtureData } from './fixtures/fixture-file.ts';
export type { Fill } from './rows/values.ts';
export type { TransactionMode } from './boot/planned-steps.ts';
export type {
  AllowReport,
  DowngradeReport,
  Dropped,
  Loss,
  SchemaStatus,
  StepReport,
  StorageReport,
  UpgradeReport,
} from './boot/report.ts';
export type { Standing } from './version.ts';
export type { Difference } from './difference.ts';
export { DeployedVersion, DeployedVersionLog } from './store/deployed-version.ts';
export {
  type AnySchemaError,
  DatabaseUnavailableError,
  DependencyMissingError,
  DriverUnsupportedError,
  DumpInvalidError,
  FixtureError,
  InsideTransactionError,
  isSchemaError,
  ModulesFailedError,
  OperationError,
  PermissionDeniedError,
  ProofFailedError,
  RestoreRefusedError,
  SchemaDefinitionError,
  SchemaError,
  SchemaTargetError,
  StepFailedError,
  StillNeededError,
  StorageDiffersError,
  UpgradeAbortedError,
  UpgradeBusyError,
  VersionAheadError,
  VersionBehindError,
  VersionCorruptError,
  VersionForkedError,
  VersionMissingError,
  VersionTooOldError,
  type Dependency,
  type FixtureProblem,
  type Holder,
  type Misfit,
  type ModuleFailure,
} from './errors.ts';
