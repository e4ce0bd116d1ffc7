import { declaredLoss } from '../../boot/planned-steps.ts';
import { reasonOf, StepFailedError } from '../../errors.ts';
import type { Breach, Law, LawCheck, ProofPlace, Subject, Verdict } from '../law.ts';
import type { CapturedRows } from '../rows/captured-rows.ts';
import { captureRows, installAt } from '../rows/install-at.ts';
import { showRowDifferences } from '../rows/show-rows.ts';
import { fittingRows } from './fitting-rows.ts';
import { stepsBetweenFrozen } from './steps-between.ts';
import { storageBreaches } from './storage-breaches.ts';

/** Each step back, and the step again, give the same rows, except for what is declared lossy. */
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
        const verdict = await subject.lend(async place => {
          const remarks = await prepare(place);
          return thereAndBack(subject, place, version, remarks);
        });
        if (typeof verdict !== 'string') {
          const refused = `rows that version ${version} allows are refused by ${method}: ${why}`;
          return why === undefined ? verdict : { ...verdict, remarks: [refused, ...(verdict.remarks ?? [])] };
        }
        why ??= verdict;
      }
      return { breaches: [refusedBack(method, why ?? '')] };
    },
  };
}

type Preparation = (place: ProofPlace) => Promise<readonly string[]>;

/** Rows of the version itself, with the values that only it has; tamer ones; and at last those that the step itself made. */
function preparations(subject: Subject, version: number): readonly Preparation[] {
  const { seed, rows } = subject.options;
  return [
    async ({ call }) => (await installAt(call(), version, { seed, rows }), []),
    async ({ call }) => (await installAt(call(), version, { seed, rows, plain: true, toward: version - 1 }), []),
    async ({ call, schema }) => {
      const { options, remarks } = await fittingRows(subject, version - 1, version);
      await installAt(call(), version - 1, options);
      await schema().upgrade(version, { allowLoss: true, verify: 'off' });
      return remarks;
    },
  ];
}

/** @returns why the step back refuses the rows, if it does */
async function thereAndBack(
  subject: Subject,
  { schema, call }: ProofPlace,
  version: number,
  told: readonly string[],
): Promise<Verdict | string> {
  const [back, again] = [`downgradeTo_${version - 1}`, `upgradeTo_${version}`];
  await using before = await captureRows(call());
  let lost: readonly { readonly what: string; readonly rows: number }[];
  try {
    ({ lost } = await schema().downgrade(version - 1, { allowLoss: true, verify: 'report' }));
  } catch (error) {
    if (error instanceof StepFailedError) return reasonOf(error.cause ?? error);
    throw error;
  }
  const breaches = await storageBreaches(schema(), version - 1, {
    what: `${back} does not lead to the frozen version ${version - 1}`,
    next: `Complete ${back}.`,
  });
  if (breaches.length > 0) return { breaches };
  await schema().upgrade(version, { allowLoss: true, verify: 'report' });
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
    ...lost.map(({ what, rows }) => `${back} drops ${what}: ${rows} ${rows === 1 ? 'value' : 'values'}`),
  ];
  return await sameRows(subject, version, { before, after, remarks });
}

interface Comparison {
  readonly before: CapturedRows;
  readonly after: CapturedRows;
  readonly remarks: readonly string[];
}

async function sameRows(subject: Subject, version: number, { before, after, remarks }: Comparison): Promise<Verdict> {
  const [back, again] = [`downgradeTo_${version - 1}`, `upgradeTo_${version}`];
  const details = await showRowDifferences(before, after);
  if (details.length === 0) return { breaches: [], remarks };
  const options = subject.definition.optionsOf(version);
  const losses = [declaredLoss(options, 'downgrade'), declaredLoss(options, 'upgrade')].filter(
    loss => loss !== undefined,
  );
  if (losses.length > 0)
    return {
      breaches: [],
      remarks: [...remarks, `${back} ${losses.join(', ')}, as declared:`, ...details.map(line => `  ${line}`)],
    };
  const what = `after ${back}, and ${again} again, the rows are not as they were`;
  const next =
    `Let ${back} keep what ${again} cannot make again. If that is lost on purpose, declare it in the Schema: ` +
    `\`steps = { ${version}: { lossy: 'loses …' } }\`.`;
  return { breaches: [{ what, details, next }], remarks };
}

function refusedBack(method: string, why: string): Breach {
  return {
    what: `${method} fails with the rows of its version`,
    details: [why],
    next: `Correct ${method}, or remove it if there is no way back.`,
  };
}
