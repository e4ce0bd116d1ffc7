import type { Call, NamedSchema, OpenedSchema } from '../boot/call.ts';
import { decide } from '../boot/decide.ts';
import { checkModules } from '../boot/modules/check-modules.ts';
import { readModules } from '../boot/modules/read-modules.ts';
import { showUpgrade, withText } from '../boot/outcome/report-text.ts';
import type { UpgradeReport } from '../boot/report.ts';
import { ModulesFailedError, type ModuleFailure } from '../errors.ts';
import { openSchema, type Schema } from '../schema.ts';
import type { DeployedRow } from '../store/deployed-row.ts';
import type { UpgradeAllOptions, UpgradeAllReport } from './upgrade-all.ts';

/** Brings opened Schemas up together, and throws if one of them failed: the work of {@link upgradeAll}. */
export async function bringAllUpOrThrow(
  schemas: readonly NamedSchema[],
  options: UpgradeAllOptions,
): Promise<UpgradeAllReport> {
  const calls = openAll(schemas).map(({ call }) => call(options, 'upgradeAll'));
  const { reports, failures } = await bringAllUp(calls);
  const [first] = failures;
  if (!first) return withText<UpgradeAllReport>({ schemas: reports }, () => reports.join('\n'));
  const { error: cause } = failures.find(({ outcome }) => outcome === 'failed') ?? first;
  throw new ModulesFailedError({ failures, done: reports, cause });
}

/**
 * Opens several Schemas that may need each other.
 *
 * @throws {@link SchemaDefinitionError}
 */
export function openAll(schemas: readonly NamedSchema[]): readonly OpenedSchema[] {
  const opened = schemas.map(schema => openSchema(schema as Schema));
  checkModules(opened.map(({ definition }) => definition));
  return opened.map(one => ({
    ...one,
    // Each finds the others in the list, wherever their databases are.
    call: (options, name) => ({ ...one.call(options, name), modules: opened }),
  }));
}

/** Brings Schemas up, and returns what became of each. Throws nothing about single Schemas. */
export async function bringAllUp(
  calls: readonly Call[],
): Promise<{ readonly reports: readonly UpgradeReport[]; readonly failures: readonly ModuleFailure[] }> {
  const [first] = calls;
  if (!first) return { reports: [], failures: [] };
  const rows = await readModules(calls, first);
  const idle = calls.flatMap(call => idleReport(call, rows.get(call.definition.guid)) ?? []);
  if (idle.length === calls.length) return { reports: idle, failures: [] };
  // A boot with nothing to do loads nothing of this.
  const { bringUp } = await import('../boot/modules/bring-up.ts');
  return bringUp(calls, rows, idle);
}

/** The report of a Schema that has nothing to do; `undefined` if it has. What it needs is in the list, and at its latest too. */
function idleReport({ database, definition, ...call }: Call, row: DeployedRow | undefined): UpgradeReport | undefined {
  const { guid, latest: target } = definition;
  const { install, adopt, allowLoss } = call;
  const move = decide(
    { verb: 'upgrade', target, install, adopt, allowLoss },
    { row, place: database.place },
    definition,
  );
  if (move.kind !== 'rest') return undefined;
  const { outcome, version } = move;
  const nothing = { steps: [], dropped: [], waitedMs: 0, orphans: 0, drift: [] };
  return withText<UpgradeReport>({ guid, from: version, to: version, outcome, ...nothing }, showUpgrade);
}
