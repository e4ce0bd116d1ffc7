import type { Watch } from '../connection.ts';
import { beginsOrEnds, mayDefer, savepointGoneBackTo, savepointSet } from '../../sql/statements.ts';

/** Two that watch the same statements, one behind the other. */
export function inTurn(first: Watch, second: Watch): Watch {
  return {
    async before(sql) {
      await first.before(sql);
      await second.before(sql);
    },
    async after(sql, error) {
      await first.after(sql, error);
      await second.after(sql, error);
    },
  };
}

/** Watches the statements of one step: keeps its transaction in our hands, and notices what it swallows. */
export class StepWatch implements Watch {
  readonly #signal: AbortSignal;
  /** What had failed already when each savepoint was set, which going back to it does not undo. */
  readonly #marks = new Map<string, unknown>();
  #failure: unknown;
  #defers = false;
  #interrupted = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** The failed statement that was not taken back to a savepoint: the work since then is not what the step thinks. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether the signal stopped the step between two statements. MikroORM wraps the error it gets for that. */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Whether it may have made a constraint that waits for the commit. */
  get defers(): boolean {
    return this.#defers;
  }

  before(sql: string): void {
    if (this.#signal.aborted && savepointGoneBackTo(sql) === undefined) {
      this.#interrupted = true;
      throw new Error('the signal stopped the step');
    }
    // A step may use savepoints, and nothing else that begins or ends a transaction.
    if (beginsOrEnds(sql)) {
      const statement = sql.trim().split(/\s+/, 2).join(' ');
      throw new Error(
        `a step may not send "${statement}", because upgrade() manages its transaction. Remove it, or use \`step.em.transactional()\`.`,
      );
    }
  }

  after(sql: string, error?: unknown): void {
    this.#defers ||= mayDefer(sql);
    if (error !== undefined) {
      this.#failure ??= error;
      return;
    }
    const mark = savepointSet(sql);
    const back = savepointGoneBackTo(sql);
    if (mark !== undefined) this.#marks.set(mark, this.#failure);
    if (back !== undefined) this.#failure = this.#marks.get(back);
  }
}
