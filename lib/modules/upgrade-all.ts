import type { NamedSchema, UpgradeOptions } from '../boot/call.ts';
import type { UpgradeReport } from '../boot/report.ts';

/** The options of `upgradeAll()`: those of `upgrade()` that fit several Schemas. */
export interface UpgradeAllOptions extends Omit<UpgradeOptions, 'adopt' | 'backup'> {
  /** Records databases that have storage but no version, each at the frozen version that matches it. By default such a database is refused. */
  readonly adopt?: 'find' | undefined;
}

/** The report of `upgradeAll()`. */
export interface UpgradeAllReport {
  /** One report for each Schema, in the order of the list. */
  readonly schemas: readonly UpgradeReport[];
  /** Shows the reports, a few lines each. */
  toString(): string;
}

/**
 * Brings several Schemas to their latest versions, in an order that keeps what they need of each other (`dependsOn`). Their
 * databases may differ. Any number of processes may call it together: each step runs once.
 *
 * If there is nothing to do, it sends one statement for each database. If a Schema fails, the others go on, except those that
 * need it.
 *
 * @throws `SchemaDefinitionError` before any statement, for a circle, or a guid that is not in the list
 * @throws `ModulesFailedError` naming what failed, and what was not begun for that reason
 */
export async function upgradeAll(
  schemas: readonly NamedSchema[],
  options: UpgradeAllOptions = {},
): Promise<UpgradeAllReport> {
  // Who upgrades one Schema only loads nothing of this.
  const { bringAllUpOrThrow } = await import('./bring-all-up.ts');
  return bringAllUpOrThrow(schemas, options);
}
