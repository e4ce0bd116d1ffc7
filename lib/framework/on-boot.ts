import type { CallOptions, UpgradeOptions } from '../boot/call.ts';
import type { UpgradeReport } from '../boot/report.ts';
import type { Schema } from '../schema.ts';
import { listOf } from './schema-list.ts';

/** Says what a process does when it boots: upgrade the database, only check it, or wait until another process has upgraded it. */
export type BootMode = 'upgrade' | 'assert' | 'wait';

/** A logger, as the console, pino, winston and NestJS have one. Each method gets one text. */
export interface BootLogger {
  info?(message: string): unknown;
  /** Used where there is no `info`. */
  log?(message: string): unknown;
  warn?(message: string): unknown;
  error?(message: string): unknown;
}

/** The options of `onBoot()`. */
export interface BootOptions extends CallOptions, Omit<UpgradeOptions, 'adopt'> {
  /** What to do. Default: `'upgrade'`. */
  readonly mode?: BootMode | undefined;
  /** Receives a line for each thing that happens: waiting, a step that starts or ends, the result, an error. */
  readonly logger?: BootLogger | undefined;
  /** The version to record for a database that has storage but no version. Several Schemas take `'find'` only. */
  readonly adopt?: UpgradeOptions['adopt'];
}

/** The report of `onBoot()`. */
export interface BootReport {
  readonly mode: BootMode;
  /** The reports of the upgrades; empty for the other modes. */
  readonly schemas: readonly UpgradeReport[];
}

/**
 * Does what a process has to do with its Schemas before it serves: the same for every framework. Several Schemas are
 * brought up as `upgradeAll()` does.
 *
 * @throws what `upgrade()`, `upgradeAll()`, `assertVersion()` and `waitForVersion()` throw
 */
export async function onBoot(schemas: Schema | readonly Schema[], options: BootOptions = {}): Promise<BootReport> {
  // Who calls the Schema itself loads nothing of this.
  const { boot } = await import('./boot.ts');
  return boot(listOf(schemas), options);
}
