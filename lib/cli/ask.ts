import { DeclinedError, UsageError } from './exit-codes.ts';

/** Asks before work that cannot easily be undone. Returns if the answer is yes, and throws otherwise. */
export type Ask = (question: string) => Promise<void>;

/** A user at the terminal, who answers questions that dejavu cannot decide. */
export interface Person {
  /** Offers a choice, each option with its reason. The first option is preselected. */
  choose<T>(
    question: string,
    choices: readonly { readonly value: T; readonly label: string; readonly hint?: string | undefined }[],
  ): Promise<T>;
  /** Asks for a text, and repeats the question until `problem` finds no problem in the answer. */
  say(question: string, problem: (said: string) => string | undefined): Promise<string>;
}

type Streams = Pick<NodeJS.Process, 'stdin' | 'stderr'>;

/**
 * Asks the user in the terminal. Questions go to standard error, so that standard output can be redirected to a file.
 *
 * The methods throw {@link DeclinedError} when the user presses Ctrl-C or Escape.
 */
export function personAt({ stdin: input, stderr: output }: Streams): Person {
  return {
    async choose(message, choices) {
      const { select, isCancel } = await import('@clack/prompts');
      const options = choices.map(({ label, hint }, value) => ({ value, label, ...(hint !== undefined && { hint }) }));
      const index = await select({ message, options, input, output });
      const chosen = isCancel(index) ? undefined : choices[index];
      if (!chosen) throw new DeclinedError('Cancelled. Nothing was written.');
      return chosen.value;
    },
    async say(message, problem) {
      const { text, isCancel } = await import('@clack/prompts');
      const said = await text({ message, validate: (given = '') => problem(given), input, output });
      if (isCancel(said)) throw new DeclinedError('Cancelled. Nothing was written.');
      return said;
    },
  };
}

/** Asks for yes or no in the terminal. Asks nothing with `--yes`. */
export function askIn({ stdin: input, stderr: output }: Streams, yes: boolean, interactive: boolean): Ask {
  return async message => {
    if (yes) return;
    if (!interactive) throw new UsageError(`${message} There is no terminal to ask in. To confirm, add --yes.`);
    // Most commands ask nothing, so they do not load this package.
    const { confirm, isCancel } = await import('@clack/prompts');
    const answer = await confirm({ message, initialValue: false, input, output });
    if (isCancel(answer) || !answer) throw new DeclinedError('Cancelled. Nothing was done.');
  };
}

/** Tells whether a user is at the terminal: false where a program reads the output, and in CI. */
export function isInteractive({ stdin, stderr, env: { CI = '' } }: Streams & Pick<NodeJS.Process, 'env'>): boolean {
  return stdin.isTTY && stderr.isTTY && ['', '0', 'false'].includes(CI);
}
