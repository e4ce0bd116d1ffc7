import type { Breach, LawCheck, Law, Subject } from './law.ts';
import { shellWord } from '../changes/questions.ts';
import type { RowsOption } from './rows/own-rows.ts';

/** The check that found a breach. */
interface BreachSource {
  readonly subject: Pick<Subject, 'dialect' | 'dialectName' | 'options'>;
  readonly law: Law;
  readonly check: LawCheck;
  /** The name of the test. */
  readonly name: string;
}

/** The number of lines shown of one breach. */
const SHOWN = 60;

/** Shows the breaches of a check to a person: what, where, what to do, and how to run the check again. */
export function showBreaches(breaches: readonly Breach[], source: BreachSource): string {
  const { subject, law, check } = source;
  const { seed } = subject.options;
  const many = breaches.length > 1;
  const where = [
    `law ${law.number} (${law.name})`,
    ...(check.version === undefined ? [] : [`version ${check.version}`]),
    subject.dialect,
    ...(check.withRows ? [`rows of seed ${seed}`] : []),
  ];
  return [
    ...breaches.flatMap((breach, index) => [
      ...showBreach(breach, many ? `${index + 1}. ` : ''),
      // The same advice is shown once.
      ...(breaches[index + 1]?.next === breach.next ? [] : ['', `Fix: ${breach.next}`]),
      '',
    ]),
    `Where: ${where.join(', ')}`,
    `Again: ${showAgain(source)}`,
  ].join('\n');
}

function showBreach({ what, details }: Breach, number: string): string[] {
  const shown = details.slice(0, SHOWN).map(line => `  ${line}`);
  const more = details.length - SHOWN;
  return [
    `${number}${what}.`,
    ...(shown.length > 0 ? ['', ...shown] : []),
    ...(more > 0 ? [`  and ${more} more lines`] : []),
  ];
}

/**
 * Shows the command that runs the check again, or the name of the test if only the test has the options of `proveSchema()`.
 */
function showAgain({ subject, check, name }: BreachSource): string {
  const { rows, changes, reference } = subject.options;
  const isInCode = rows !== undefined && countFlags(rows) === undefined;
  if (isInCode || reference.length > 0 || Object.keys(changes).length > 0) {
    const quoted = `'${name.replaceAll("'", String.raw`'\''`)}'`;
    return `run this test alone: -t ${quoted} in Jest and Vitest, --test-name-pattern ${quoted} in Node.js`;
  }
  return commandFor(subject, check);
}

function commandFor(
  { dialectName, options: { seed, rows, dumps, chosenBy = [] } }: BreachSource['subject'],
  { version, withRows, withDumps }: LawCheck,
): string {
  const words = [
    ...chosenBy.flatMap(([flag, value]) => [flag, shellWord(value)]),
    ...(version === undefined ? [] : [`--from ${version}`]),
    `--dialect ${dialectName}`,
    ...(withRows ? [`--seed ${seed}`, ...((rows !== undefined && countFlags(rows)) || [])] : []),
    ...(withDumps && dumps !== undefined ? [`--dumps ${shellWord(dumps)}`] : []),
  ];
  return `npx dejavu prove ${words.join(' ')}`;
}

/** Counts of rows as flags of the command; `undefined` if some rows are the user's own. */
function countFlags(rows: RowsOption): string[] | undefined {
  if (typeof rows === 'number') return [`--rows ${rows}`];
  const all = Object.entries(rows);
  return all.every(([, of]) => typeof of === 'number')
    ? all.map(([name, of]) => `--rows ${name}=${of as number}`)
    : undefined;
}
