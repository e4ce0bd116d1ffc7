import { UpgradeAbortedError, type ModuleFailure } from '../../errors.ts';
import type { DeployedRow } from '../../store/deployed-row.ts';
import type { Call } from '../call.ts';
import { showUpgrade, withText } from '../outcome/report-text.ts';
import type { UpgradeReport } from '../report.ts';
import { upgrade } from '../verbs.ts';
import { unmetNeeds } from './needs.ts';
import { orderModules, wishesOf } from './order-modules.ts';

/** What became of several Schemas. */
export interface BroughtUp {
  /** One report for each Schema that is at its latest version, in the order given. */
  readonly reports: readonly UpgradeReport[];
  readonly failures: readonly ModuleFailure[];
}

/**
 * Brings several Schemas to their latest versions, in an order that keeps every need. One that fails ends the way of those
 * that need it, and of no others.
 *
 * @param idle the reports of those that have nothing to do
 */
export async function bringUp(
  calls: readonly Call[],
  rows: ReadonlyMap<string, DeployedRow>,
  idle: readonly UpgradeReport[],
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

  for (const stretch of stretches) {
    const { guid, to } = stretch;
    const call = calls.find(({ definition }) => definition.guid === guid) as Call;
    if (failures.has(guid)) continue;
    const missing = unmetNeeds(call.definition.needsAt(to), other => at.get(other));
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
  // The rest has no steps: it has nothing to do, or its row is refused.
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
      const isPending = failures.has(by) && deployed !== undefined && deployed < step;
      const isLeft = steps(version, to).some(one => (definition.optionsOf(one).compatible ?? one) > version);
      return isPending && isLeft ? [{ guid: by, needs: step, deployed }] : [];
    });
  }

  async function settle(call: Call): Promise<void> {
    const { guid, latest } = call.definition;
    if (failures.has(guid) || done.has(guid)) return;
    const missing = unmetNeeds(call.definition.needsAt(latest), other => at.get(other));
    if (stopped || missing.length > 0) return leave(guid, missing);
    const report = idle.find(one => one.guid === guid);
    try {
      done.set(guid, report ?? (await upgrade(call, latest)));
    } catch (error) {
      fail(guid, error);
    }
  }
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
