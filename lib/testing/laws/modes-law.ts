import type { TransactionMode } from '../../boot/planned-steps.ts';
import { UpgradeAbortedError } from '../../errors.ts';
import type { Breach, Law, LawCheck, ProofPlace, Subject, Verdict } from '../law.ts';
import type { CapturedRows } from '../row-comparison/captured-rows.ts';
import { compareRows, type RowDifference } from '../row-comparison/compare-rows.ts';
import { captureRows, type InstallAtOptions } from '../rows/install-at.ts';
import { pairSame } from '../row-comparison/pair-tables.ts';
import { showDifference } from '../row-comparison/show-rows.ts';
import { fittingRows } from './fitting-rows.ts';
import { oldestVersion } from './same-storage-law.ts';
import { storageBreaches } from './storage-breaches.ts';

/** The same steps have the same result, however they are committed and wherever they are interrupted. */
export const modesLaw: Law = {
  number: 8,
  name: 'interrupted',
  checks: subject => {
    const { latest, frozen } = subject.definition;
    const oldest = oldestVersion(subject);
    if (oldest >= latest || !frozen.includes(latest)) return [];
    return [
      modeCheck(subject, oldest, 'committed one by one', place => upgradeIn(place, 'step')),
      modeCheck(subject, oldest, 'interrupted after each of them and booted again', interruptEach),
    ];
  },
};

type RunSteps = (place: ProofPlace) => Promise<unknown>;

function modeCheck(subject: Subject, oldest: number, how: string, way: RunSteps): LawCheck {
  const { latest } = subject.definition;
  return {
    says: `all steps from version ${oldest} on, ${how}, have the same result as in one transaction`,
    version: latest,
    withRows: true,
    look: async () => {
      const { options, remarks } = await fittingRows(subject, oldest, latest);
      const run = (by: RunSteps) => runAll(subject, { oldest, options, way: by });
      const together = { from: oldest, to: latest, options };
      await using rows = await subject.prepared.lendUpgraded(together, ({ call }) => captureRows(call()));
      const other = await run(way);
      await using others = other.rows;
      const breaches = [...other.breaches];
      const details = await rowsDiffering(rows, others, () => run(place => upgradeIn(place, 'plan')));
      if (details.length > 0)
        breaches.push({
          what: `all steps from version ${oldest} on, ${how}, leave other rows than in one transaction`,
          details,
          next: 'Make the steps depend on the rows only: not on variables of the process, and not on work of an earlier step outside the database.',
        });
      return { breaches, remarks } satisfies Verdict;
    },
  };
}

interface Run {
  readonly oldest: number;
  readonly options: InstallAtOptions;
  readonly way: RunSteps;
}

async function runAll({ definition: { latest }, prepared }: Subject, { oldest, options, way }: Run) {
  return prepared.lendAt(oldest, options, async place => {
    await way(place);
    const breaches: Breach[] = await storageBreaches(place.schema(), latest, {
      what: `all steps from version ${oldest} on do not lead to the frozen version ${latest}`,
      next: 'The check of each step names the step.',
    });
    return { breaches, rows: await captureRows(place.call()) };
  });
}

function upgradeIn({ schema }: ProofPlace, transaction: TransactionMode): Promise<unknown> {
  return schema().upgrade({ transaction, allowLoss: true, verify: 'report' });
}

/**
 * Stops after each step, as a deployment that is cancelled, and boots again. The first run is one transaction, which is rolled
 * back.
 */
async function interruptEach({ schema }: ProofPlace): Promise<void> {
  const interrupted = async (transaction: TransactionMode): Promise<boolean> => {
    const stop = new AbortController();
    const onProgress = ({ type }: { readonly type: string }) => {
      if (type === 'finished') stop.abort(new Error('interrupted on purpose'));
    };
    try {
      await schema().upgrade({ transaction, allowLoss: true, verify: 'report', signal: stop.signal, onProgress });
      return false;
    } catch (error) {
      if (error instanceof UpgradeAbortedError) return true;
      throw error;
    }
  };
  await interrupted('plan');
  while (await interrupted('step'));
}

/**
 * Compares rows of two runs. Values that differ between two equal runs come from the clock or are random, and count as equal.
 */
async function rowsDiffering(
  before: CapturedRows,
  after: CapturedRows,
  again: () => Promise<{ readonly rows: CapturedRows }>,
): Promise<string[]> {
  const found = await differences(before, after);
  if (found.size === 0) return [];
  await using same = (await again()).rows;
  const chance = await differences(before, same);
  return [...found].flatMap(([table, difference]) => {
    const random = chance.get(table);
    if (!random) return showDifference(difference);
    // Rows with other keys each time can only be counted.
    if (random.lost + random.added > 0)
      return difference.rows.before === difference.rows.after ? [] : showDifference({ ...difference, changed: [] });
    const changed = difference.changed.filter(one => !random.changed.some(({ column }) => column === one.column));
    const isSame = changed.length + difference.lost + difference.added + difference.doubled === 0;
    return isSame ? [] : showDifference({ ...difference, changed });
  });
}

async function differences(before: CapturedRows, after: CapturedRows): Promise<Map<string, RowDifference>> {
  const found = new Map<string, RowDifference>();
  for (const pair of pairSame(before)) {
    const difference = await compareRows(before, after, pair);
    if (difference) found.set(pair.before, difference);
  }
  return found;
}
