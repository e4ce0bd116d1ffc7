/** What ends a step that did all of its work, so that it is rolled back. */
export class Undone extends Error {
  constructor() {
    super('the step is rolled back on purpose');
  }
}

/** Whether a failure comes from there, however it was wrapped. */
export function isUndone(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof Undone) return true;
  return false;
}
