import { verify } from '../../verify/verify-storage.ts';
import { showDifferences } from '../../drift/difference-tree.ts';
import { surveyStorage } from '../../store/survey.ts';
import { OutsideWatch } from '../interruptions/outside-watch.ts';
import { replaceStep } from '../interruptions/replace-step.ts';
import { isUndone, Undone } from '../interruptions/undone.ts';
import type { Breach, LawCheck, Law, ProofPlace, Subject } from '../law.ts';
import { captureRows } from '../rows/install-at.ts';
import { showRowDifferences } from '../row-comparison/show-rows.ts';
import { fittingRows } from './fitting-rows.ts';
import { stepsBetweenFrozen } from './steps-between.ts';

/** A step does nothing that a rollback cannot undo. */
export const undoableLaw: Law = {
  number: 5,
  name: 'undoable',
  checks: subject => stepsBetweenFrozen(subject).map(version => undoable(subject, version)),
};

function undoable(subject: Subject, version: number): LawCheck {
  const method = `upgradeTo_${version}`;
  return {
    says: `${method} does nothing that a rollback cannot undo, and awaits everything`,
    version,
    withRows: true,
    look: async () => {
      // The steps run to their end here, so work that was not awaited is noticed.
      const { options } = await fittingRows(subject, version - 1, version);
      return subject.prepared.lendAt(version - 1, options, async place => {
        const before = await place.rowsAtFirst();
        const tables = await tablesOf(place);
        const outside = await runAndUndo(place, version, method);
        const breaches = await leftBehind(place, { method, tables, version });
        await using after = await captureRows(place.call());
        const details = await showRowDifferences(before, after);
        if (details.length > 0)
          breaches.push({
            what: `${method} was rolled back, and rows are not as they were`,
            details,
            next: ONE_CONNECTION,
          });
        if (outside.length > 0)
          breaches.push({
            what: `${method} does something that a rollback cannot undo`,
            details: [...outside],
            next: OUTSIDE,
          });
        return { breaches };
      });
    },
  };
}

const ONE_CONNECTION =
  'Send all statements through `step`, and none through another connection. Do not commit in a step.';
const OUTSIDE =
  'Move it out of the step: before `upgrade()` or after it. Send statements to this database through `step`, which uses the connection of the upgrade.';

/** Runs a step to its end, and lets it fail there. @returns its effects outside of the database */
async function runAndUndo({ schema }: ProofPlace, version: number, method: string): Promise<readonly string[]> {
  let outside: readonly string[] = [];
  const failing = replaceStep(schema(), method, async run => {
    outside = await new OutsideWatch().run(run);
    throw new Undone();
  });
  try {
    await failing.upgrade(version, { allowLoss: true, verify: 'off' });
  } catch (error) {
    if (!isUndone(error)) throw error;
  }
  return outside;
}

async function tablesOf({ call }: ProofPlace): Promise<readonly string[]> {
  const { database, claim, waitMs } = call();
  const { own, other } = await surveyStorage(database, claim, { waitMs });
  return [...own, ...other];
}

async function leftBehind(
  place: ProofPlace,
  { method, tables, version }: { method: string; tables: readonly string[]; version: number },
): Promise<Breach[]> {
  const next = ONE_CONNECTION;
  const breaches: Breach[] = [];
  const deployed = await place.schema().deployed();
  if (deployed !== version - 1)
    return [
      { what: `${method} failed at its end, and the database is at version ${String(deployed)}`, details: [], next },
    ];
  const left = (await tablesOf(place)).filter(table => !tables.includes(table));
  const { differences } = await verify(place.schema(), { version: version - 1 });
  const details = [
    ...left.map(table => `the table ${table} is there`),
    ...(differences.length > 0 ? showDifferences(differences).split('\n') : []),
  ];
  if (details.length > 0)
    breaches.push({ what: `${method} was rolled back, and storage is not as it was`, details, next });
  return breaches;
}
