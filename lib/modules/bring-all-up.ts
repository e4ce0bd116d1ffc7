import type { Call, NamedSchema, OpenedSchema, UpgradeOptions } from '../boot/call.ts';
import { decide, type Move } from '../boot/decide.ts';
import { checkModules } from '../boot/modules/check-modules.ts';
import { readModules } from '../boot/modules/read-modules.ts';
import { showUpgrade, withText } from '../boot/outcome/report-text.ts';
import type { UpgradeReport } from '../boot/report.ts';
import { ModulesFailedError, SchemaTargetError, type ModuleFailure } from '../errors.ts';
import { openSchema } from '../open-schema.ts';
import type { Schema } from '../schema.ts';
import type { DeployedRow } from '../store/deployed-row.ts';
import type { UpgradeAllOptions, UpgradeAllReport } from './upgrade-all.ts';

/** Brings opened Schemas up together, and throws if one of them failed: the work of {@link upgradeAll}. */
export async function bringAllUpOrThrow(
  schemas: readonly NamedSchema[],
  options: UpgradeAllOptions,
): Promise<UpgradeAllReport> {
  assertForSeveral(options);
  const calls = openAll(schemas).map(({ call }) => call(options, 'upgradeAll'));
  const { reports, failures } = await bringAllUp(calls);
  const [first] = failures;
  if (!first) return withText<UpgradeAllReport>({ schemas: reports }, () => reports.join('\n'));
  const { error: cause } = failures.find(({ outcome }) => outcome === 'failed') ?? first;
  throw new ModulesFailedError({ failures, done: reports, cause });
}

/** Refuses options that fit one Schema only. The types of `upgradeAll()` have none; `onBoot()` and JavaScript may pass them. */
function assertForSeveral({ adopt, backup }: UpgradeOptions): void {
  if (typeof adopt === 'number') {
    throw new SchemaTargetError(
      `adopt is ${adopt}, and there are several Schemas. Use adopt: 'find', or call upgrade({ adopt: ${adopt} }) of the Schema that it is meant for.`,
      { target: adopt },
    );
  }
  if (typeof backup === 'string') {
    throw new SchemaTargetError(
      `backup is one path, and there are several Schemas. Use a folder: \`{ folder: '${backup}' }\`.`,
      { target: backup },
    );
  }
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
  const found = await readModules(calls, first);
  const looked = calls.map(call => ({ call, move: moveOf(call, found.rows.get(call.definition.guid)) }));
  const idle = looked.flatMap(({ call, move }) => (move.kind === 'rest' ? idleReport(call, move) : []));
  if (idle.length === calls.length) return { reports: idle, failures: [] };
  const refusals = new Map(
    looked.flatMap(({ call, move }) => (move.kind === 'refuse' ? [[call.definition.guid, move.error] as const] : [])),
  );
  // A boot with nothing to do loads nothing of this.
  const { bringUp } = await import('../boot/modules/bring-up.ts');
  return bringUp(calls, found, { idle, refusals });
}

/** What the row of a Schema calls for. What it needs is in the list, and is looked at when its turn comes. */
function moveOf({ database, definition, ...call }: Call, row: DeployedRow | undefined): Move {
  const { install, adopt, allowLoss } = call;
  const asked = { verb: 'upgrade', target: definition.latest, install, adopt, allowLoss } as const;
  return decide(asked, { row, place: database.place }, definition);
}

/** The report of a Schema that has nothing to do. */
function idleReport(
  { definition: { guid } }: Call,
  { version, outcome }: Extract<Move, { kind: 'rest' }>,
): UpgradeReport {
  const nothing = { steps: [], dropped: [], waitedMs: 0, orphans: 0, drift: [] };
  return withText<UpgradeReport>({ guid, from: version, to: version, outcome, ...nothing }, showUpgrade);
}
