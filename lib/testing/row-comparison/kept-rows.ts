import { declaredLoss } from '../../boot/planned-steps.ts';
import { upgrade } from '../../boot/verbs.ts';
import type { Rename } from '../../drift/renames.ts';
import { StepRecord } from '../../drift/step-record.ts';
import type { ProofPlace, Subject, Verdict } from '../law.ts';
import type { CapturedRows } from './captured-rows.ts';
import { compareRows, type RowPair } from './compare-rows.ts';
import { declaredChanges } from './declared-changes.ts';
import { pairAcross } from './pair-across.ts';
import { showDifference } from './show-rows.ts';

/** Runs steps in one transaction, and records what they rename. */
export async function upgradeRecorded({ call }: ProofPlace, version: number): Promise<readonly Rename[]> {
  const record = new StepRecord();
  await upgrade({ ...call({ allowLoss: true, verify: 'off', transaction: 'plan' }), record }, version);
  return record.renames;
}

interface RowsAcross {
  readonly before: CapturedRows;
  readonly after: CapturedRows;
  readonly renames: readonly Rename[];
}

/** Checks that all rows exist, with the values of the properties that the step does not change. */
export async function keptRows(
  subject: Subject,
  version: number,
  { before, after, renames }: RowsAcross,
): Promise<Required<Verdict>> {
  const method = `upgradeTo_${version}`;
  const { pairs, dropped } = pairAcross(before, after, renames, declaredChanges(subject, version));
  const loss = declaredLoss(subject.definition.optionsOf(version), 'upgrade');
  const [details, lost]: [string[], string[]] = [[], []];
  const changed: string[] = [];
  let isLost = false;
  for (const pair of pairs) {
    details.push(...countersBack(before, after, pair));
    const found = await compareRows(before, after, pair);
    if (!found) continue;
    // A declared loss covers missing rows. It does not cover changed values or duplicated rows.
    const isCovered = loss !== undefined && found.lost > 0;
    if (isCovered) lost.push(...showDifference({ ...found, added: 0, doubled: 0, changed: [] }));
    const left = isCovered ? { ...found, lost: 0 } : found;
    // Rows that a step adds are allowed.
    if (left.lost === 0 && left.doubled === 0 && left.changed.length === 0) continue;
    details.push(...showDifference(left));
    isLost ||= left.lost > 0;
    const name = after.tables.find(({ title }) => title === pair.after)?.entities[0] ?? pair.after;
    changed.push(...left.changed.map(({ column }) => `${name}.${column.slice(pair.after.length + 1)}`));
  }
  const remarks = dropped.map(table => `${method} drops ${table}, with the rows in it`);
  if (lost.length > 0) remarks.push(`${method} ${loss}, as declared:`, ...lost.map(line => `  ${line}`));
  if (details.length === 0) return { breaches: [], remarks };
  const next = keepRows(version, { changed, isLost });
  return { breaches: [{ what: `${method} does not keep the rows as they were`, details, next }], remarks };
}

/** A generated key must not be generated again: a reference to the old row would then mean the new one. */
function countersBack(before: CapturedRows, after: CapturedRows, pair: RowPair): string[] {
  const [was, is] = [before.next(pair.before), after.next(pair.after)];
  if (was === undefined || is === undefined || is >= was) return [];
  return [`${pair.after}: the next key was ${was}, and is ${is} now. Keys of removed rows would be used again.`];
}

function keepRows(
  version: number,
  { changed, isLost }: { readonly changed: readonly string[]; readonly isLost: boolean },
): string {
  const names = changed.map(name => `'${name.replaceAll("'", String.raw`\'`)}'`).join(', ');
  return [
    `Correct upgradeTo_${version}.`,
    ...(changed.length > 0
      ? [`If it changes these values on purpose, say so: \`proveSchema(…, { changes: { ${version}: [${names}] } })\`.`]
      : []),
    ...(isLost
      ? [
          `If it loses rows on purpose, declare it in the Schema: \`steps = { ${version}: { lossy: { up: 'loses …' } } }\`.`,
        ]
      : []),
  ].join(' ');
}
