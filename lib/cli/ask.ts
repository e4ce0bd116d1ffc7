import { DeclinedError, UsageError } from './usage.ts';

/** Asks before what cannot simply be taken back; returns if it is meant. */
export type Ask = (question: string) => Promise<void>;

/** Who could be asked. */
export interface Asking {
  /** Whether everything was answered beforehand with `--yes`. */
  readonly yes: boolean;
  /** Whether somebody sits there. */
  readonly interactive: boolean;
}

/** Asks a person in the terminal, unless `--yes` answered already. */
export function askIn({ stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'>, { yes, interactive }: Asking): Ask {
  return async question => {
    if (yes) return;
    if (!interactive) throw new UsageError(`${question} There is nobody to ask here: if it is meant, say --yes`);
    // most runs ask nothing
    const { confirm, isCancel } = await import('@clack/prompts');
    // on standard error, so that standard output may go into a file
    const answer = await confirm({ message: question, initialValue: false, input: stdin, output: stderr });
    if (isCancel(answer) || !answer) throw new DeclinedError('nothing was done');
  };
}

/** Whether a person is at the terminal: not where output is read by a machine, and not in CI. */
export function isInteractive({ stdin, stderr, env }: Pick<NodeJS.Process, 'stdin' | 'stderr' | 'env'>): boolean {
  return stdin.isTTY && stderr.isTTY && !isSet(env['CI']);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
