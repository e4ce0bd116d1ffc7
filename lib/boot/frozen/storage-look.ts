import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Difference } from '../../difference.ts';
import { isMeant } from '../../drift/ignore.ts';
import { differencesTo, lookAgain, takeDown, type Before } from '../../drift/two-looks.ts';
import type { FrozenModels } from '../../drift/wanted-storage.ts';
import { showFirst } from '../../drift/show-difference.ts';
import { StepRecord } from '../../drift/step-record.ts';
import type { HeldConnection } from '../../store/connection.ts';
import type { Call } from '../call.ts';
import type { Failure } from '../run-step.ts';
import { nameOfVersion } from './load-version.ts';
import { withVersions, type OpenVersions } from './open-versions.ts';

/** The storage before some steps, and what they say and do. */
export interface StorageLook {
  readonly before: Before;
  readonly record: StepRecord;
}

interface Way {
  readonly from: number;
  readonly to: number;
  /** Serves all steps. */
  readonly em?: SqlEntityManager | undefined;
  /** The knowledge from the transaction before. */
  readonly known?: Before | undefined;
}

/**
 * Takes down how the storage differs from the frozen version that steps start from, inside their transaction.
 *
 * @returns `undefined` if there is no look afterwards: no frozen version to compare with, or verify is off
 */
export async function lookBefore(held: HeldConnection, call: Call, way: Way): Promise<StorageLook | undefined> {
  if (!isLookedAt(call, way.to)) return undefined;
  const before =
    way.known ??
    (await withVersions(held, call, async ({ context, open }) => takeDown(context, await open(way.from)), way));
  return { before, record: call.record ?? new StepRecord() };
}

/** Whether the storage is compared with this version once steps have led to it. */
export function isLookedAt({ verify, definition }: Call, version: number): boolean {
  return verify !== 'off' && definition.versionOf(version) !== undefined;
}

/** What was found after the steps. */
interface StorageFound {
  /** The unwanted differences that they made. */
  readonly made: readonly Difference[];
  /** What was different before, and what the steps have created themselves beyond the version. */
  readonly kept: readonly Difference[];
  readonly after: Before;
}

/** Looks at the storage that steps have led to, inside their transaction. */
export async function lookAfter(
  held: HeldConnection,
  call: Call,
  { before, record }: StorageLook,
  { to, em }: Pick<Way, 'to' | 'em'>,
): Promise<StorageFound> {
  const look = async ({ context, open }: OpenVersions) => {
    const { made, kept, after } = await lookAgain(context, before, (await open(to)) as FrozenModels, record);
    const counted = made.filter(countsFor(call));
    const isCreated = createdBy(record);
    return {
      made: counted.filter(one => !isCreated(one)),
      kept: [...kept.filter(countsFor(call)), ...counted.filter(isCreated)],
      after,
    };
  };
  return withVersions(held, call, look, { em });
}

/** Whether a difference counts: not where the Schema says that something extra is meant to be there. */
function countsFor({ definition: { extra } }: Call): (difference: Difference) => boolean {
  return difference => !isMeant(difference, extra);
}

/** What SQL of a step has created beyond the version was meant. */
export function createdBy(record: StepRecord): (difference: Difference) => boolean {
  return ({ kind, path }) => kind === 'extra' && record.created(path.at(-1) ?? '');
}

/** How the storage differs from a frozen version; nothing if there is none, or if comparing is switched off. */
export async function lookAtStorage(held: HeldConnection, call: Call, version: number): Promise<readonly Difference[]> {
  if (call.verify === 'off' || !call.definition.versionOf(version)) return [];
  const [found] = await compareWith(held, call, [version]);
  return found?.differences ?? [];
}

/** How the storage differs from a frozen version. */
export interface StorageComparison {
  readonly version: number;
  readonly differences: readonly Difference[];
}

/** Compares the storage with frozen versions that there are. What another version brought is extra in those without it. */
export async function compareWith(
  held: HeldConnection,
  call: Call,
  versions: readonly number[],
): Promise<readonly StorageComparison[]> {
  return withVersions(held, call, async ({ context, open, all }) => {
    const compared: StorageComparison[] = [];
    for (const version of versions) {
      const models = (await open(version)) as FrozenModels;
      const differences = await differencesTo(context, models, { others: all });
      compared.push({ version, differences: differences.filter(countsFor(call)) });
    }
    return compared;
  });
}

/** Says that the storage is not what a version stands for. */
export function differs(version: number, differences: readonly Difference[]): Failure {
  return {
    reason: `afterwards the storage differs from ${nameOfVersion(version)}: ${showFirst(differences)}`,
    next: "Complete the step and call again. List intended additions in `extra` of the Schema. To record the version anyway, call `upgrade({ verify: 'report' })`.",
    differences,
  };
}
