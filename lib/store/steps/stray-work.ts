import { setImmediate } from 'node:timers';
import { asSentence, reasonOf } from '../../errors.ts';
import { oncePerProcess } from '../../one-copy.ts';
import { Turn } from './turn.ts';

/** Something of a step went on after its end, or failed where nothing handled it: what the step did is not known. */
class StrayWorkClass extends Error {}

/** What steps of one transaction left behind. */
export interface Leftovers {
  /** The first that came after the end of its step. */
  stray: StrayWork | undefined;
  /** Whether the transaction was committed: nothing can fail any more. */
  isCommitted: boolean;
}

/** The turn of a whole step. */
export class StepTurn extends Turn {
  /** What its statements are sent on. */
  readonly holder: object;
  readonly #guid: string;
  readonly #leftovers: Leftovers;
  readonly #onLate: () => void;
  #rejection: StrayWork | undefined;
  #onRejected: (() => void) | undefined;

  constructor(method: string, { guid, holder, leftovers, onLate }: StepTurnOptions) {
    super(() => method);
    this.#guid = guid;
    this.holder = holder;
    this.#leftovers = leftovers;
    this.#onLate = onLate;
  }

  /**
   * Calls the method of a step, and waits for what it has under way.
   *
   * @throws {@link StrayWork} naming the first thing that was still under way when the method returned
   */
  async call(method: () => unknown): Promise<void> {
    await this.#unlessRejected(this.run(async () => method()));
    const left = await this.settle();
    const rejection = this.#rejection;
    if (left !== undefined) {
      throw new StrayWork(`${this.name} returned while ${left} was still running. Await it.`, {
        cause: rejection?.cause,
      });
    }
    if (rejection) throw rejection;
  }

  /** Waits for the method, which may never end once something of it has failed that nothing handled. */
  async #unlessRejected(ended: Promise<unknown>): Promise<void> {
    const rejected = new Promise<never>((_, reject) => {
      // A method that is about to end says more: what it left under way.
      this.#onRejected = () => setImmediate(() => setImmediate(() => reject(this.#rejection as StrayWork)));
    });
    rejected.catch(() => {});
    ended.catch(() => {});
    await Promise.race([ended, rejected]);
  }

  /** Ends the step: from now on nothing of it is sent. */
  close(): void {
    this.end();
  }

  /** Learns of a rejection that nothing handled. */
  onRejection(reason: unknown): void {
    // Late work was reported already.
    if (reason instanceof StrayWork) return;
    const what = `${this.name} did not await a promise that was rejected: ${asSentence(reasonOf(reason))} Await it.`;
    const stray = new StrayWork(what, { cause: reason });
    if (this.isOver) this.#leave(stray);
    else {
      this.#rejection ??= stray;
      this.#onRejected?.();
    }
  }

  /** Learns that something of it ends after its end. */
  onLate(): void {
    this.#onLate();
  }

  /** Writes down what comes after the end. */
  refuse(name: string): StrayWork {
    const stray = new StrayWork(`${name} came after ${this.name} had returned, so it was not sent. Await it.`);
    this.#leave(stray);
    this.#onLate();
    return stray;
  }

  #leave(stray: StrayWork): void {
    if (!this.#leftovers.isCommitted) this.#leftovers.stray ??= stray;
    else process.emitWarning(`${this.#guid}: ${stray.message}`);
  }
}

interface StepTurnOptions {
  readonly guid: string;
  readonly holder: object;
  readonly leftovers: Leftovers;
  readonly onLate: () => void;
}

/** {@link StrayWorkClass}, the same in every copy of this file. */
export const StrayWork = oncePerProcess('StrayWork', () => StrayWorkClass);
export type StrayWork = StrayWorkClass;
