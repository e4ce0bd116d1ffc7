/**
 * The command line, or what a file of the project says to the command, makes no sense. Any function of the command may throw
 * it, and only `main` catches it.
 */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
