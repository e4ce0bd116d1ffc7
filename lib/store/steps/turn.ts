import { oncePerProcess } from '../../one-copy.ts';
import { AsyncLocalStorage } from 'node:async_hooks';
import { headOf } from '../../sql/statements.ts';
import type { StepTurn } from './stray-work.ts';

const current = oncePerProcess('turns', () => new AsyncLocalStorage<Turn>());

/** The work inside a turn: an operation, or a statement of an EntityManager. */
interface UnderWay {
  readonly name: () => string;
  readonly ended: Promise<void>;
}

/**
 * The time in which a step, or one operation of it, works. Operations inside have their own turns, one after another in
 * the order of their calls, independent of the caller's awaits. An operation that hands rows to code of the step has the
 * operations of that code inside its turn, so that they need not wait for its end.
 */
export class Turn {
  readonly #name: () => string;
  readonly root: StepTurn;
  readonly #outer: Turn | undefined;
  readonly #underWay = new Set<UnderWay>();
  #last: Promise<void> | undefined;
  /** What came after the code inside had returned. */
  #late: (() => string) | undefined;
  /** Whether code of the step works in it, and not only the operation itself, which awaits what it sends. */
  #isHanding: boolean;
  #isEnding = false;
  #isOver = false;

  protected constructor(name: () => string, outer?: Turn) {
    this.#name = name;
    this.#outer = outer;
    this.#isHanding = outer === undefined;
    this.root = outer ? outer.root : (this as unknown as StepTurn);
  }

  /** The turn that the code running now belongs to. */
  static current(): Turn | undefined {
    return current.getStore();
  }

  get name(): string {
    return this.#name();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Runs code inside this turn. */
  run<T>(work: () => T): T {
    return current.run(this, work);
  }

  /** Gives an operation a turn inside this one, once those before it are over. */
  async take<T>(name: () => string, work: () => Promise<T>): Promise<T> {
    const outer = this.#open(name);
    const turn = new Turn(name, outer);
    const begin = async () => {
      turn.#open(name);
      return turn.run(work);
    };
    const result = outer.#last ? outer.#last.then(begin) : begin();
    const ended = outer.#enter(name, result);
    outer.#last = ended;
    try {
      return await result;
    } finally {
      turn.#isOver = true;
      if (outer.#last === ended) outer.#last = undefined;
      if (this.root.isOver) this.root.onLate();
    }
  }

  /** Sends a statement inside this turn. */
  async send<T>(sql: string, send: () => Promise<T>): Promise<T> {
    const name = () => `"${headOf(sql)}"`;
    const turn = this.#open(name);
    const result = send();
    if (turn.#isHanding) void turn.#enter(name, result);
    return result;
  }

  /** Hands this turn to code of the step, which may leave something under way. */
  hand<T>(work: () => T): T {
    this.#isHanding = true;
    return work();
  }

  /**
   * Waits until nothing is under way inside, once the code inside has returned.
   *
   * @returns what was, the first of it
   */
  async settle(): Promise<string | undefined> {
    this.#isEnding = true;
    let first: (() => string) | undefined = [...this.#underWay][0]?.name;
    for (;;) {
      // What was begun and has not been sent yet is sent once everything that can go on has gone on.
      await new Promise<void>(resolve => process.nextTick(resolve));
      if (this.#underWay.size === 0) break;
      for (const { ended } of this.#underWay) await ended;
    }
    first ??= this.#late;
    this.#isEnding = false;
    this.#late = undefined;
    return first?.();
  }

  /** Ends it: what comes later is refused. */
  protected end(): void {
    this.#isOver = true;
  }

  #enter(name: () => string, work: Promise<unknown>): Promise<void> {
    if (this.#isEnding) this.#late ??= name;
    const ended = work.then(
      () => undefined,
      () => undefined,
    );
    const one = { name, ended };
    this.#underWay.add(one);
    void ended.then(() => this.#underWay.delete(one));
    return ended;
  }

  /** The innermost turn that is not over. @throws {@link StrayWork} if there is none */
  #open(name: () => string): Turn {
    if (this.root.isOver) throw this.root.refuse(name());
    return this.#isOver && this.#outer ? this.#outer.#open(name) : this;
  }
}
