import { DeclinedError, UsageError } from './exit-codes.ts';

/** Asks before what cannot simply be taken back; returns if it is meant. */
export type Ask = (question: string) => Promise<void>;

/** Somebody at the terminal, who answers what only people know. */
export interface Person {
  /** Lets one of several be chosen, each with what speaks for it; the first is offered. */
  choose<T>(
    question: string,
    choices: readonly { readonly value: T; readonly label: string; readonly hint?: string | undefined }[],
  ): Promise<T>;
  /** Lets something be said, and asks again until `problem` finds nothing wrong with it. */
  say(question: string, problem: (said: string) => string | undefined): Promise<string>;
}

type Streams = Pick<NodeJS.Process, 'stdin' | 'stderr'>;

/**
 * Asks whoever sits at the terminal. Questions are on standard error, so that standard output may go into a file.
 *
 * The methods throw {@link DeclinedError} when the person leaves, by Ctrl-C or Escape.
 */
export function personAt({ stdin: input, stderr: output }: Streams): Person {
  return {
    async choose(message, choices) {
      const { select, isCancel } = await import('@clack/prompts');
      const options = choices.map(({ label, hint }, value) => ({ value, label, ...(hint !== undefined && { hint }) }));
      const index = await select({ message, options, input, output });
      const chosen = isCancel(index) ? undefined : choices[index];
      if (!chosen) throw new DeclinedError('nothing was written');
      return chosen.value;
    },
    async say(message, problem) {
      const { text, isCancel } = await import('@clack/prompts');
      const said = await text({ message, validate: (given = '') => problem(given), input, output });
      if (isCancel(said)) throw new DeclinedError('nothing was written');
      return said;
    },
  };
}

/** Asks a person in the terminal, unless `--yes` answered already. */
export function askIn({ stdin: input, stderr: output }: Streams, yes: boolean, interactive: boolean): Ask {
  return async message => {
    if (yes) return;
    if (!interactive) throw new UsageError(`${message} There is nobody to ask here: if it is meant, say --yes`);
    // Most runs ask nothing.
    const { confirm, isCancel } = await import('@clack/prompts');
    const answer = await confirm({ message, initialValue: false, input, output });
    if (isCancel(answer) || !answer) throw new DeclinedError('nothing was done');
  };
}

/** Whether a person is at the terminal: not where output is read by a machine, and not in CI. */
export function isInteractive({ stdin, stderr, env: { CI = '' } }: Streams & Pick<NodeJS.Process, 'env'>): boolean {
  return stdin.isTTY && stderr.isTTY && ['', '0', 'false'].includes(CI);
}
