import {
  isSchemaError,
  UpgradeAbortedError,
  type Dependency,
  type ModuleFailure,
  type SchemaError,
} from '../../errors.ts';
import type { Call } from '../call.ts';
import { showUpgrade, withText } from '../outcome/report-text.ts';
import type { UpgradeReport } from '../report.ts';
import { upgrade } from '../verbs.ts';
import { unmetNeeds } from './needs.ts';
import { orderModules, wishesOf } from './order-modules.ts';
import type { ModuleRows } from './read-modules.ts';

/** What became of several Schemas. */
export interface BroughtUp {
  /** One report for each Schema that is at its latest version, in the order given. */
  readonly reports: readonly UpgradeReport[];
  readonly failures: readonly ModuleFailure[];
}

/** What the rows say already, before anything is done. */
interface Foreseen {
  /** The reports of those that have nothing to do. */
  readonly idle: readonly UpgradeReport[];
  /** By guid: why the row of a Schema is refused. */
  readonly refusals: ReadonlyMap<string, SchemaError>;
}

/**
 * Brings several Schemas to their latest versions, in an order that keeps every need. One that fails ends the way of those
 * that need it, and of no others.
 */
export async function bringUp(
  calls: readonly Call[],
  { rows, faults }: ModuleRows,
  { idle, refusals }: Foreseen,
): Promise<BroughtUp> {
  const deployedOf = (guid: string) => rows.get(guid)?.version;
  const { stretches, stuck } = orderModules(
    calls.map(({ definition }) => ({ definition, deployed: deployedOf(definition.guid) })),
  );
  const at = new Map(calls.map(({ definition: { guid } }) => [guid, rows.get(guid)?.version]));
  const done = new Map<string, UpgradeReport>();
  const failures = new Map<string, ModuleFailure>();
  let stopped = false;
  const leave = (guid: string, missing: ModuleFailure['missing'], heldBy: ModuleFailure['heldBy'] = []) => {
    const outcome = done.has(guid) ? 'not finished' : 'not begun';
    failures.set(guid, { guid, outcome, deployed: at.get(guid), missing, heldBy, error: undefined });
  };
  const fail = (guid: string, error: unknown) =>
    failures.set(guid, { guid, outcome: 'failed', deployed: at.get(guid), missing: [], heldBy: [], error });
  const wishes = wishesOf(calls.map(({ definition }) => definition));
  const usableAt = (guid: string) => (isUnusable(failures.get(guid)?.error) ? undefined : at.get(guid));
  const missingAt = ({ definition }: Call, version: number): readonly Dependency[] =>
    unmetNeeds(definition.needsAt(version), usableAt).map(need => ({ ...need, deployed: at.get(need.guid) }));

  for (const [guid, error] of [...faults, ...refusals]) fail(guid, error);
  for (const stretch of stretches) {
    const { guid, to } = stretch;
    const call = calls.find(({ definition }) => definition.guid === guid) as Call;
    if (failures.has(guid)) continue;
    const missing = missingAt(call, to);
    const heldBy = holdersOf(call, to);
    if (stopped || missing.length > 0 || heldBy.length > 0) {
      leave(guid, missing, heldBy);
      continue;
    }
    try {
      const report = await upgrade(call, to, true);
      done.set(guid, joined(done.get(guid), report));
      at.set(guid, report.to);
    } catch (error) {
      // A call that was stopped stops all of them.
      stopped = error instanceof UpgradeAbortedError;
      const deployed: unknown = error instanceof Error ? Reflect.get(error, 'deployed') : undefined;
      if (typeof deployed === 'number') at.set(guid, deployed);
      fail(guid, error);
    }
  }
  for (const { guid, unmet } of stuck) if (!failures.has(guid)) leave(guid, unmet);
  // The rest has nothing to do.
  for (const call of calls) await settle(call);
  const inOrder = calls.map(({ definition }) => definition.guid);
  return {
    reports: inOrder.filter(guid => !failures.has(guid)).map(guid => done.get(guid) as UpgradeReport),
    failures: inOrder.flatMap(guid => failures.get(guid) ?? []),
  };

  /** The Schemas whose failed or waiting steps ask for this one at a version that it would leave for good. */
  function holdersOf({ definition }: Call, to: number): ModuleFailure['heldBy'] {
    return (wishes.get(definition.guid) ?? []).flatMap(({ by, step, version }) => {
      const deployed = at.get(by);
      // Where the row could not be read, any of its steps may still have to run.
      const isPending = failures.has(by) && (faults.has(by) || (deployed !== undefined && deployed < step));
      const isLeft = steps(version, to).some(one => (definition.optionsOf(one).compatible ?? one) > version);
      return isPending && isLeft ? [{ guid: by, needs: step, deployed }] : [];
    });
  }

  async function settle(call: Call): Promise<void> {
    const { guid, latest } = call.definition;
    if (failures.has(guid) || done.has(guid)) return;
    const missing = missingAt(call, latest);
    if (stopped || missing.length > 0) return leave(guid, missing);
    const report = idle.find(one => one.guid === guid);
    try {
      done.set(guid, report ?? (await upgrade(call, latest)));
    } catch (error) {
      fail(guid, error);
    }
  }
}

/** Whether the storage of a Schema is not what its version stands for in this code: what needs that version does not find it. */
function isUnusable(error: unknown): boolean {
  return isSchemaError(error) && (error.code === 'VERSION_FORKED' || error.code === 'VERSION_AHEAD');
}

/** The steps from one version to another. */
function steps(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index + 1);
}

/** Joins the reports of two parts of one way. */
function joined(first: UpgradeReport | undefined, second: UpgradeReport): UpgradeReport {
  if (!first) return second;
  const report: UpgradeReport = {
    ...second,
    from: first.from,
    outcome: first.outcome === 'level' ? second.outcome : first.outcome,
    steps: [...first.steps, ...second.steps],
    dropped: [...first.dropped, ...second.dropped],
    waitedMs: first.waitedMs + second.waitedMs,
    orphans: Math.max(first.orphans, second.orphans),
  };
  return withText(report, showUpgrade);
}
