import type { Answer, Given, Target } from './command.ts';
import { codeOfError, exitCodes } from './exit-codes.ts';
import { UsageError } from './usage.ts';

/** Does the same with one Schema after the other, and stops at the first that fails: what was done is told all the same. */
export async function inTurn<T>(
  { schemas }: Given,
  work: (target: Target) => Promise<T>,
  say: (done: T) => string,
): Promise<Answer> {
  const done: T[] = [];
  const told = () => ({ schemas: done, text: done.map(entry => `${say(entry)}\n`).join('') });
  try {
    for (const target of schemas) done.push(await work(target));
    return { code: exitCodes.done, ...told() };
  } catch (error) {
    return { code: codeOfError(error), ...told(), error };
  }
}

/**
 * Makes sure that one Schema is meant: a version is that of one.
 *
 * @throws {@link UsageError} if there are several
 */
export function assertOne({ schemas }: Given): void {
  if (schemas.length === 1) return;
  const guids = schemas.map(({ schema }) => schema.guid).join(', ');
  throw new UsageError(`a version is that of one Schema, and there are several: say --guid, with one of ${guids}`);
}
