/** The command line, or what package.json says to the command, makes no sense. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** There is something that only people know, and nobody to ask: the message lists the flags that answer. */
export class UnansweredError extends UsageError {
  override readonly name = 'UnansweredError';
}

/** A person was asked and said no, or left. */
export class DeclinedError extends Error {
  override readonly name = 'DeclinedError';
}

/** A file of the project could not be imported, for a reason that something can be done about. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** Why an upgrade was stopped: the process got a signal. */
export class Interruption extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}
