import { upgrade } from '../../boot/verbs.ts';
import { StepRecord } from '../../drift/step-record.ts';
import { reasonOf, type StepFailedError } from '../../errors.ts';
import type { Rename } from '../../drift/renames.ts';
import { declaredLoss } from '../../boot/planned-steps.ts';
import type { Breach, Law, LawCheck, ProofPlace, Subject, Verdict } from '../law.ts';
import type { CapturedRows } from '../row-comparison/captured-rows.ts';
import { compareRows, type RowPair } from '../row-comparison/compare-rows.ts';
import { captureRows } from '../rows/install-at.ts';
import { pairAcross } from '../row-comparison/pair-across.ts';
import { rowsCheck } from '../rows/rows-check.ts';
import { showDifference } from '../row-comparison/show-rows.ts';
import { declaredChanges } from './declared-changes.ts';
import { fittingRows } from './fitting-rows.ts';
import { stepsBetweenFrozen } from './steps-between.ts';
import { storageBreaches } from './storage-breaches.ts';

/** Each step leads from one frozen version to the next, and keeps the rows. */
export const stepLaw: Law = {
  number: 2,
  name: 'steps',
  checks: subject => [
    ...(subject.definition.frozen.length > 0 ? [rowsCheck(subject)] : []),
    ...stepsBetweenFrozen(subject).map(version => stepCheck(subject, version)),
  ],
};

function stepCheck(subject: Subject, version: number): LawCheck {
  const method = `upgradeTo_${version}`;
  return {
    says: `${method} leads from the frozen version ${version - 1} to ${version}, and keeps the rows`,
    version,
    withRows: true,
    look: async () => {
      const { options, remarks, failure } = await fittingRows(subject, version - 1, version);
      if (failure) return { breaches: [failsWithRows(version, failure)] };
      return subject.prepared.lendAt(version - 1, options, async place => {
        const before = await place.rowsAtFirst();
        const renames = await runStep(place, version);
        const storage = await storageBreaches(place.schema(), version, {
          what: `${method} does not lead to the frozen version ${version}`,
          next: `Complete ${method}. If the entities are wrong, correct them and run \`npx dejavu next --amend\`.`,
        });
        const told = [...remarks, ...place.unfilled.map(({ table, why }) => `${table} has no rows here: ${why}`)];
        if (storage.length > 0) return { breaches: storage, remarks: told };
        await using after = await captureRows(place.call());
        const rows = await keptRows(subject, version, { before, after, renames });
        return { breaches: rows.breaches, remarks: [...told, ...rows.remarks] };
      });
    },
  };
}

function failsWithRows(version: number, failure: StepFailedError): Breach {
  return {
    what: `upgradeTo_${version} fails with rows that version ${version - 1} allows`,
    details: [reasonOf(failure.cause ?? failure)],
    next:
      `Correct upgradeTo_${version}, so that it takes every row that version ${version - 1} allows. An operation such as ` +
      '`addProperty` may refuse rows, since it counts them before it changes anything. If your application never writes such ' +
      "rows, pass rows like its own: `proveSchema(…, { rows: { Entity: [{ name: 'Leo' }] } })`.",
    cause: failure,
  };
}

/** Runs one step, and records its renames. */
async function runStep({ call }: ProofPlace, version: number): Promise<readonly Rename[]> {
  const record = new StepRecord();
  await upgrade({ ...call({ allowLoss: true, verify: 'report' }), record }, version);
  return record.renames;
}

interface RowsAcross {
  readonly before: CapturedRows;
  readonly after: CapturedRows;
  readonly renames: readonly Rename[];
}

/** Checks that all rows exist, with the values of the properties that the step does not change. */
async function keptRows(
  subject: Subject,
  version: number,
  { before, after, renames }: RowsAcross,
): Promise<Required<Verdict>> {
  const method = `upgradeTo_${version}`;
  const { pairs, dropped } = pairAcross(before, after, renames, declaredChanges(subject, version));
  const loss = declaredLoss(subject.definition.optionsOf(version), 'upgrade');
  const [details, lost]: [string[], string[]] = [[], []];
  for (const pair of pairs) {
    details.push(...countersBack(before, after, pair));
    const found = await compareRows(before, after, pair);
    if (!found) continue;
    // A declared loss covers missing rows. It does not cover changed values or duplicated rows.
    const isCovered = loss !== undefined && found.lost > 0;
    if (isCovered) lost.push(...showDifference({ ...found, added: 0, doubled: 0, changed: [] }));
    const left = isCovered ? { ...found, lost: 0 } : found;
    // Rows that a step adds are allowed.
    if (left.lost > 0 || left.doubled > 0 || left.changed.length > 0) details.push(...showDifference(left));
  }
  const remarks = dropped.map(table => `${method} drops ${table}, with the rows in it`);
  if (lost.length > 0) remarks.push(`${method} ${loss}, as declared:`, ...lost.map(line => `  ${line}`));
  if (details.length === 0) return { breaches: [], remarks };
  const breach: Breach = { what: `${method} does not keep the rows as they were`, details, next: keepRows(version) };
  return { breaches: [breach], remarks };
}

/** A generated key must not be generated again: a reference to the old row would then mean the new one. */
function countersBack(before: CapturedRows, after: CapturedRows, pair: RowPair): string[] {
  const [was, is] = [before.next(pair.before), after.next(pair.after)];
  if (was === undefined || is === undefined || is >= was) return [];
  return [`${pair.after}: the next key was ${was}, and is ${is} now. Keys of removed rows would be used again.`];
}

function keepRows(version: number): string {
  return (
    `Correct upgradeTo_${version}. If it changes values on purpose, say which: ` +
    `\`proveSchema(…, { changes: { ${version}: ['Entity.property'] } })\`. ` +
    `If it loses rows on purpose, declare it in the Schema: \`steps = { ${version}: { lossy: { up: 'loses …' } } }\`.`
  );
}
