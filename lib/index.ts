export { Schema, type SchemaStatus, type StepMethod } from './schema.ts';
export type { Step, AlterOptionsFor, FillFor, AnyStored, IndexOf, PropertyOf, Stored } from './steps/step.ts';
export type { EntitiesOf, FrozenVersion, Models, VersionModule, Versions } from './models/types.ts';
export type { StepOptions, Steps } from './steps/definition.ts';
export type { EntityLike } from './steps/claim.ts';
export type { Progress } from './steps/call.ts';
export type { CallOptions, DowngradeOptions, SchemaOptions, UpgradeOptions } from './steps/options.ts';
export type { AddPropertyOptions } from './steps/operations/add-property.ts';
export type { AlterPropertyOptions } from './steps/operations/alter-property.ts';
export type { AlterStorageOptions } from './steps/operations/alter-storage.ts';
export type { EachOptions } from './steps/operations/each.ts';
export type { FillOptions } from './steps/operations/fill.ts';
export type { Fill } from './steps/operations/values.ts';
export type { TransactionMode } from './steps/plan.ts';
export type { DowngradeReport, Loss, StepReport, UpgradeReport } from './steps/report.ts';
export type { StorageReport } from './steps/storage.ts';
export type { AllowReport } from './steps/allow.ts';
export type { Standing } from './version.ts';
export { DeployedVersion, DeployedVersionLog } from './store/deployed-version.ts';
export {
  DatabaseUnavailableError,
  InsideTransactionError,
  isSchemaError,
  OperationError,
  PermissionDeniedError,
  SchemaDefinitionError,
  SchemaError,
  SchemaTargetError,
  StepFailedError,
  UpgradeAbortedError,
  UpgradeBusyError,
  VersionAheadError,
  VersionBehindError,
  VersionCorruptError,
  VersionForkedError,
  VersionMissingError,
  VersionTooOldError,
  type Holder,
} from './errors.ts';
