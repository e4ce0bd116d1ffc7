/**
 * The command line, or a file of the project that it names, is wrong. Any function of the command may throw it, and only `main`
 * catches it.
 */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
