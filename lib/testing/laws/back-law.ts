import { declaredLoss } from '../../boot/planned-steps.ts';
import type { DowngradeReport } from '../../boot/report.ts';
import { reasonOf, StepFailedError } from '../../errors.ts';
import type { Breach, Law, LawCheck, ProofPlace, Subject, Verdict } from '../law.ts';
import type { CapturedRows } from '../row-comparison/captured-rows.ts';
import { captureRows } from '../rows/install-at.ts';
import { compareRows, type RowDifference } from '../row-comparison/compare-rows.ts';
import { pairSame } from '../row-comparison/pair-tables.ts';
import { showDifference } from '../row-comparison/show-rows.ts';
import { declaredChanges } from '../row-comparison/declared-changes.ts';
import { fittingRows, type FittingRows } from './fitting-rows.ts';
import { stepsBetweenFrozen } from './steps-between.ts';
import { storageBreaches } from './storage-breaches.ts';

/** Each step back, and the step again, give the same rows, except for declared losses. */
export const backLaw: Law = {
  number: 3,
  name: 'the way back',
  checks: subject =>
    stepsBetweenFrozen(subject)
      .filter(version => subject.definition.down.has(version - 1))
      .map(version => backCheck(subject, version)),
};

function backCheck(subject: Subject, version: number): LawCheck {
  const method = `downgradeTo_${version - 1}`;
  return {
    says: `${method}, and upgradeTo_${version} again, give the same rows`,
    version,
    withRows: true,
    look: async () => {
      let why: string | undefined;
      for (const prepare of preparations(subject, version)) {
        const { options, remarks } = await prepare.rows();
        const { prepared } = subject;
        const look = (place: ProofPlace, before: CapturedRows) =>
          thereAndBack(subject, place, version, { before, remarks });
        const verdict =
          prepare.at < version
            ? await prepared.lendUpgraded({ from: prepare.at, to: version, options }, async place => {
                await using before = await captureRows(place.call());
                return await look(place, before);
              })
            : await prepared.lendAt(version, options, async place => look(place, await place.rowsAtFirst()));
        if (typeof verdict !== 'string') {
          const refused = `${method} refuses rows that version ${version} allows: ${why}`;
          return why === undefined ? verdict : { ...verdict, remarks: [refused, ...(verdict.remarks ?? [])] };
        }
        why ??= verdict;
      }
      return { breaches: [refusedBack(method, why ?? '')] };
    },
  };
}

interface Preparation {
  /** The version that the rows are made for; the step starts at an older one. */
  readonly at: number;
  readonly rows: () => Promise<FittingRows>;
}

/**
 * Tries rows of the version itself, with values that only it has, then simpler rows, and at last the rows that the step itself
 * made.
 */
function preparations(subject: Subject, version: number): readonly Preparation[] {
  const { seed, rows } = subject.options;
  const tame = { seed, rows, plain: true, toward: [version - 1] };
  return [
    { at: version, rows: async () => ({ options: { seed, rows }, remarks: [] }) },
    { at: version, rows: async () => ({ options: tame, remarks: [] }) },
    { at: version - 1, rows: () => fittingRows(subject, version - 1, version) },
  ];
}

/** @returns why the step back refuses the rows, if it does */
async function thereAndBack(
  subject: Subject,
  { schema, call }: ProofPlace,
  version: number,
  { before, remarks: told }: { readonly before: CapturedRows; readonly remarks: readonly string[] },
): Promise<Verdict | string> {
  const [back, again] = [`downgradeTo_${version - 1}`, `upgradeTo_${version}`];
  let down: DowngradeReport;
  try {
    down = await schema().downgrade(version - 1, { allowLoss: true, verify: 'off' });
  } catch (error) {
    if (error instanceof StepFailedError) return reasonOf(error.cause ?? error);
    throw error;
  }
  const breaches = await storageBreaches(schema(), version - 1, {
    what: `${back} does not lead to the frozen version ${version - 1}`,
    next: `Complete ${back}.`,
  });
  if (breaches.length > 0) return { breaches };
  const up = await schema().upgrade(version, { allowLoss: true, verify: 'off' });
  breaches.push(
    ...(await storageBreaches(schema(), version, {
      what: `${back}, and ${again} again, do not lead to the frozen version ${version}`,
      next: `Complete ${back} and ${again}.`,
    })),
  );
  if (breaches.length > 0) return { breaches };
  await using after = await captureRows(call());
  const remarks = [
    ...told,
    ...down.lost.map(({ what, rows }) => `${back} drops ${what}: ${rows} ${rows === 1 ? 'value' : 'values'}`),
  ];
  const dropped = [...down.dropped, ...up.dropped].map(({ what }) => what);
  return await sameRows(subject, version, { before, after, remarks, dropped });
}

interface Comparison {
  readonly before: CapturedRows;
  readonly after: CapturedRows;
  readonly remarks: readonly string[];
  /** The tables and columns that operations of the two steps dropped. */
  readonly dropped: readonly string[];
}

/** Compares the rows. A declared loss covers what operations drop, and no other table or column. */
async function sameRows(
  subject: Subject,
  version: number,
  { before, after, remarks, dropped }: Comparison,
): Promise<Verdict> {
  const [back, again] = [`downgradeTo_${version - 1}`, `upgradeTo_${version}`];
  const options = subject.definition.optionsOf(version);
  const losses = [declaredLoss(options, 'downgrade'), declaredLoss(options, 'upgrade')].filter(
    loss => loss !== undefined,
  );
  const isDeclared = declaredChanges(subject, version);
  const isCovered = (path: string) => losses.length > 0 && dropped.includes(path);
  const [details, lost]: [string[], string[]] = [[], []];
  for (const pair of pairSame(before)) {
    const table = before.tables.find(({ title }) => title === pair.before);
    const found = await compareRows(before, after, pair);
    if (!found || (table && isDeclared(table))) continue;
    if (isCovered(found.table)) lost.push(...showDifference(found));
    else {
      const part = (keep: boolean): RowDifference['changed'] =>
        found.changed.filter(({ column }) => {
          const name = column.slice(found.table.length + 1);
          return (isCovered(column) || (table !== undefined && isDeclared(table, name))) === keep;
        });
      details.push(...showDifference({ ...found, changed: part(false) }));
      lost.push(...showDifference({ ...found, lost: 0, added: 0, doubled: 0, changed: part(true) }));
    }
  }
  const told =
    lost.length > 0
      ? [...remarks, `${back} ${losses.join(', ')}, as declared:`, ...lost.map(line => `  ${line}`)]
      : remarks;
  if (details.length === 0) return { breaches: [], remarks: told };
  return {
    breaches: [
      {
        what: `after ${back}, and ${again} again, the rows are not as they were`,
        details,
        next:
          `Make ${back} keep the data that ${again} cannot restore. If an operation drops it on purpose, declare it in the Schema: ` +
          `\`steps = { ${version}: { lossy: 'loses …' } }\`. If other values change on purpose, say which: ` +
          `\`proveSchema(…, { changes: { ${version}: ['Entity.property'] } })\`.`,
      },
    ],
    remarks: told,
  };
}

function refusedBack(method: string, why: string): Breach {
  return {
    what: `${method} fails with the rows of its version`,
    details: [why],
    next: `Correct ${method}, or remove it if there is no way back.`,
  };
}
