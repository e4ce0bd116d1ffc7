import type { Breach, LawCheck, Law, Subject } from './law.ts';

/** What a breach was found by. */
interface BreachSource {
  readonly subject: Pick<Subject, 'dialect' | 'dialectName' | 'options'>;
  readonly law: Law;
  readonly check: LawCheck;
}

/** So many lines of one breach are shown. */
const SHOWN = 60;

/** Shows what a check found as a page for a person: what, where, what to do, and how to see it again. */
export function showBreaches(breaches: readonly Breach[], { subject, law, check }: BreachSource): string {
  const { seed } = subject.options;
  const many = breaches.length > 1;
  const where = [
    `law ${law.number} (${law.name})`,
    ...(check.version === undefined ? [] : [`version ${check.version}`]),
    subject.dialect,
    ...(check.withRows ? [`rows of seed ${seed}`] : []),
  ];
  return [
    ...breaches.flatMap((breach, index) => [...showBreach(breach, many ? `${index + 1}. ` : ''), '']),
    `Where: ${where.join(', ')}`,
    `Again: ${commandFor(subject, check)}`,
  ].join('\n');
}

function showBreach({ what, details, next }: Breach, number: string): string[] {
  const shown = details.slice(0, SHOWN).map(line => `  ${line}`);
  const more = details.length - SHOWN;
  return [
    `${number}${what}.`,
    ...(shown.length > 0 ? ['', ...shown] : []),
    ...(more > 0 ? [`  and ${more} more lines`] : []),
    '',
    `Fix: ${next}`,
  ];
}

function commandFor(
  { dialectName, options: { seed } }: BreachSource['subject'],
  { version, withRows }: LawCheck,
): string {
  const from = version === undefined ? '' : ` --from ${version}`;
  return `npx dejavu prove${from} --dialect ${dialectName}${withRows ? ` --seed ${seed}` : ''}`;
}
