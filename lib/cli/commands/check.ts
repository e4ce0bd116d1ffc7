import type { SchemaStatus } from '../../schema.ts';
import { checkCode, type CodeCheck } from '../code-check.ts';
import type { Paint } from '../colours.ts';
import type { Command, Target } from '../command.ts';
import { codeOfError, codeOfStanding, exitCodes, gravest } from '../exit-codes.ts';
import { failureData } from '../failure.ts';
import { colourOf } from '../standing.ts';

interface Checked extends CodeCheck {
  readonly guid: string;
  /** Where the database stands; `undefined` if it was not asked, or did not answer. */
  readonly status: SchemaStatus | undefined;
  /** Why it did not answer. */
  readonly error?: unknown;
}

/** Looks at database and code, for CI. Writes nothing. */
export const check: Command = {
  name: 'check',
  summary: 'look whether database, entities, frozen versions and steps agree; writes nothing',
  flags: ['offline'],
  async run({ schemas, flags, paint }) {
    const checked: Checked[] = [];
    for (const target of schemas) checked.push(await look(target, flags.offline === true));
    return {
      code: gravest(checked.map(codeOf)),
      schemas: checked.map(({ error, ...rest }) => ({
        ...rest,
        ...(error !== undefined && { error: failureData(error) }),
      })),
      text: checked.map(entry => say(entry, paint)).join('\n'),
    };
  },
};

async function look(target: Target, offline: boolean): Promise<Checked> {
  const { schema } = target;
  const code = { guid: schema.guid, ...(await checkCode(target)) };
  if (offline) return { ...code, status: undefined };
  try {
    return { ...code, status: await schema.status() };
  } catch (error) {
    // what the code tells is told all the same
    return { ...code, status: undefined, error };
  }
}

function codeOf({ status, error, changed, edited }: Checked): number {
  const isChanged = edited.length > 0 || (changed !== undefined && changed.length > 0);
  return gravest([
    error === undefined ? exitCodes.done : codeOfError(error),
    status ? codeOfStanding(status.standing) : exitCodes.done,
    isChanged ? exitCodes.changed : exitCodes.done,
  ]);
}

function say({ guid, status, error, changed, edited, undeclared }: Checked, paint: Paint): string {
  const lines = [
    ...(status ? [sayStanding(status, paint)] : []),
    ...(error === undefined ? [] : [paint('red', String(failureData(error)['message']))]),
    ...sayChanged(changed, paint),
    ...edited.map(({ version, problem }) => paint('red', `the frozen version ${version} ${problem}`)),
    ...(undeclared.length > 0 ? [paint('dim', `steps without compatible: ${undeclared.join(', ')}`)] : []),
  ];
  return `${paint('bold', guid)}\n${lines.map(line => `  ${line}\n`).join('')}`;
}

function sayStanding({ standing, deployed, latest }: SchemaStatus, paint: Paint): string {
  const where = deployed === undefined ? `the code is at version ${latest}` : `version ${deployed}, the code ${latest}`;
  return `the database is ${paint(colourOf(standing), standing)}: ${where}`;
}

function sayChanged(changed: readonly string[] | undefined, paint: Paint): string[] {
  if (changed === undefined)
    return [
      paint('dim', 'no frozen versions are kept: changes of the entities go unnoticed; run dejavu init to keep them'),
    ];
  if (changed.length === 0) return ['the entities are those of the newest frozen version'];
  return [
    paint('red', 'the entities changed without a new version:'),
    ...changed.map(difference => `  ${difference}`),
    'run dejavu next to write it',
  ];
}
