import { OperationError, reasonOf, StepFailedError } from '../../errors.ts';
import type { InstallAtOptions } from '../rows/install-at.ts';
import type { Subject } from '../law.ts';

/** Rows of a version that the steps after it accept. */
export interface FittingRows {
  readonly options: InstallAtOptions;
  /** Why they are simpler than the version allows. */
  readonly remarks: readonly string[];
  /** The failure of the steps with rows that the version allows, unless an operation counted and refused them. */
  readonly failure?: StepFailedError;
}

const known = new WeakMap<object, Map<string, Promise<FittingRows>>>();

/**
 * Chooses rows of a version with which its steps can be checked. An operation may refuse rows that the version allowed, and
 * the user changes them. Simpler rows are taken then.
 *
 * @throws {@link StepFailedError} if the steps fail with any rows
 */
export async function fittingRows(subject: Subject, from: number, to: number): Promise<FittingRows> {
  const ofSubject = known.get(subject.lend) ?? new Map<string, Promise<FittingRows>>();
  known.set(subject.lend, ofSubject);
  const name = `${from} ${to}`;
  const found = ofSubject.get(name) ?? tryRows(subject, from, to);
  ofSubject.set(name, found);
  return found;
}

async function tryRows(subject: Subject, from: number, to: number): Promise<FittingRows> {
  const { seed, rows } = subject.options;
  const any = { seed, rows };
  const error = await refusal(subject, from, to, any);
  if (error === undefined) return { options: any, remarks: [] };
  const between = subject.definition.frozen.filter(version => version > from && version <= to);
  let last = error;
  for (const toward of between.length > 1 ? [between.slice(-1), between] : [between]) {
    const tame = { ...any, plain: true, toward };
    const again = await refusal(subject, from, to, tame);
    if (again === undefined)
      return {
        options: tame,
        remarks: [
          `the steps to version ${to} refuse rows that version ${from} allows: ${reasonOf(error.cause ?? error)}`,
        ],
        ...(!isRefusal(error) && { failure: error }),
      };
    last = again;
  }
  throw last;
}

/** An operation that refuses rows says how many, and the user changes them before the upgrade. */
export function isRefusal({ cause }: StepFailedError): boolean {
  return cause instanceof OperationError;
}

/** @returns how the steps fail with these rows; `undefined` if they do not */
async function refusal(
  { prepared }: Subject,
  from: number,
  to: number,
  options: FittingRows['options'],
): Promise<StepFailedError | undefined> {
  try {
    return await prepared.lendUpgraded({ from, to, options }, async () => undefined);
  } catch (error) {
    if (error instanceof StepFailedError) return error;
    throw error;
  }
}
