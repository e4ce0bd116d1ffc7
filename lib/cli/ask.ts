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

/** Somebody at the terminal, who answers what only people know. */
export interface Person {
  /** Lets one of several be chosen; the first is offered. */
  choose<T>(question: string, choices: readonly Offer<T>[]): Promise<T>;
  /** Lets something be said, and asks again until `problem` finds nothing wrong with it. */
  say(question: string, problem: (said: string) => string | undefined): Promise<string>;
}

/** What may be chosen. */
export interface Offer<T> {
  readonly value: T;
  readonly label: string;
  /** What speaks for it. */
  readonly hint?: string | undefined;
}

/**
 * Asks whoever sits at the terminal. Questions are on standard error, as those of {@link askIn} are.
 *
 * The methods throw {@link DeclinedError} when the person leaves, by Ctrl-C or Escape.
 */
export function personAt({ stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'>): Person {
  const streams = { input: stdin, output: stderr };
  return {
    async choose(question, choices) {
      const { select, isCancel } = await import('@clack/prompts');
      const options = choices.map(({ label, hint }, index) => ({
        value: index,
        label,
        ...(hint !== undefined && { hint }),
      }));
      const index = await select({ message: question, options, ...streams });
      const chosen = isCancel(index) ? undefined : choices[index];
      if (!chosen) throw new DeclinedError('nothing was written');
      return chosen.value;
    },
    async say(question, problem) {
      const { text, isCancel } = await import('@clack/prompts');
      const said = await text({ message: question, validate: (given = '') => problem(given), ...streams });
      if (isCancel(said)) throw new DeclinedError('nothing was written');
      return said;
    },
  };
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
