import type { CallOptions, UpgradeOptions } from '../boot/call.ts';
import type { UpgradeReport } from '../boot/report.ts';
import type { Schema } from '../schema.ts';
import { listOf } from './schema-list.ts';

/**
 * The work of a process at boot: upgrade the database, only check it, or wait until another process has upgraded it.
 */
export type BootMode = 'upgrade' | 'assert' | 'wait';

/** A logger: the console, pino, winston and the logger of NestJS fit. Each method receives one text. */
export interface BootLogger {
  info?(message: string): unknown;
  /** Used if there is no `info`. */
  log?(message: string): unknown;
  warn?(message: string): unknown;
  error?(message: string): unknown;
}

/** The options of `onBoot()`. */
export interface BootOptions extends CallOptions, Omit<UpgradeOptions, 'adopt'> {
  /** The work to do. Default: `'upgrade'`. */
  readonly mode?: BootMode | undefined;
  /** Receives a line for each event: waiting, the start and end of a step, the result, an error. */
  readonly logger?: BootLogger | undefined;
  /**
   * The version to record for a database that has storage but no version. With several Schemas only `'find'` is allowed.
   */
  readonly adopt?: UpgradeOptions['adopt'];
}

/** The report of `onBoot()`. */
export interface BootReport {
  readonly mode: BootMode;
  /** The reports of the upgrades; empty for the other modes. */
  readonly schemas: readonly UpgradeReport[];
}

/**
 * Upgrades, checks or waits for the databases of Schemas before a process serves, in any framework. Several Schemas are
 * brought up as by `upgradeAll()`.
 *
 * @throws what `upgrade()`, `upgradeAll()`, `assertVersion()` and `waitForVersion()` throw
 */
export async function onBoot(schemas: Schema | readonly Schema[], options: BootOptions = {}): Promise<BootReport> {
  // Who calls the Schema itself loads nothing of this.
  const { boot } = await import('./boot.ts');
  return boot(listOf(schemas), options);
}
