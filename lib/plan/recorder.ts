import { AsyncLocalStorage } from 'node:async_hooks';
import type { StepObserver } from '../boot/run-step.ts';
import type { Operating } from '../operations/context.ts';
import type { Guard } from '../dialects/scratch-place.ts';
import { together, type Meter, type TableTouch } from '../dialects/table-touches.ts';
import { answersRows, destroys, headOf, savepointGoneBackTo, savepointSet, statementKind } from '../sql/statements.ts';

/** An operation while it is recorded. */
export interface Recorded {
  readonly verb: string;
  readonly subject: string;
  readonly sql: string[];
  readonly touches: TableTouch[];
  readonly destroys: string[];
  dependsOnRows: boolean;
  readonly afterRows: boolean;
  ms: number;
  rows: number;
}

/** How a step is recorded. */
interface RecorderOptions {
  readonly meter: Meter;
  /** Whether each statement is measured, or each operation: on a database with rows there may be many. */
  readonly each: 'statement' | 'operation';
  readonly guard?: Guard | undefined;
}

// What asks the catalog, and does nothing, is no operation of a plan
const QUESTIONS: ReadonlySet<string> = new Set(['hasStorage', 'hasProperty', 'hasIndex']);

/** Writes down what a step does, operation by operation, while it is run. */
export class Recorder implements StepObserver {
  readonly #options: RecorderOptions;
  readonly #current = new AsyncLocalStorage<Recorded>();
  readonly #operations: Recorded[] = [];
  /** How much each operation had sent when a savepoint was set. */
  readonly #marks = new Map<string, ReadonlyMap<Recorded, number>>();
  #handing = 0;
  #hasRead = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** What was done so far; what turned out to do nothing is left out. */
  get operations(): readonly Recorded[] {
    return this.#operations.filter(
      ({ verb, sql, dependsOnRows }) => sql.length > 0 || dependsOnRows || (verb !== 'em' && !QUESTIONS.has(verb)),
    );
  }

  async operate<R>({ verb, subject, flush }: Operating, call: () => Promise<R>): Promise<R> {
    // A call for the rows of another operation is part of that one
    if (this.#current.getStore()) return call();
    // Earlier changes belong to the EntityManager alone
    await flush();
    return this.#record(verb, subject, call);
  }

  onRows(handing: boolean): void {
    this.#handing += handing ? 1 : -1;
    this.#operation().dependsOnRows = true;
  }

  onDrop(what: string): void {
    this.#operation().destroys.push(what);
  }

  async before(sql: string): Promise<void> {
    const { meter, each, guard } = this.#options;
    const isChange = statementKind(sql) === 'change';
    if (isChange || isOwn(this.#operation())) guard?.before(sql);
    if (each === 'statement' && isChange) await meter.expect(sql);
  }

  async after(sql: string, error?: unknown): Promise<void> {
    if (error !== undefined) return;
    const operation = this.#operation();
    const [kind, mark, back] = [statementKind(sql), savepointSet(sql), savepointGoneBackTo(sql)];
    if (mark !== undefined) this.#mark(mark);
    if (back !== undefined) this.#takeBack(back);
    if (kind !== 'control') this.#note(operation, sql, kind);
    // What an operation only looks up is not worth a look of ours each time
    if (this.#options.each === 'operation' || (kind !== 'change' && !isOwn(operation))) return;
    await this.#options.guard?.after();
    await this.#measure(operation);
  }

  /** Looks at what the EntityManagers did; to be called once the method has returned. */
  async finish(): Promise<void> {
    const last = this.#operations.at(-1);
    if (last?.verb === 'em') await this.#measure(last);
  }

  #note(operation: Recorded, sql: string, kind: 'read' | 'change'): void {
    const own = isOwn(operation);
    // Statements for rows hold their values, which must not be shown
    const holdsRows = own && this.#hasRead && this.#options.each === 'operation';
    if (own && answersRows(sql)) this.#hasRead = true;
    if (this.#handing > 0 || (!own && kind !== 'change')) return;
    const shown = holdsRows ? headOf(sql) : sql;
    if (own && destroys(sql)) note(operation.destroys, shown);
    if (holdsRows) note(operation.sql, shown);
    else operation.sql.push(shown);
  }

  async #record<R>(verb: string, subject: string, call: () => Promise<R>): Promise<R> {
    await this.finish();
    const operation = this.#begin(verb, subject);
    const { meter, each } = this.#options;
    const began = performance.now();
    const changed = each === 'operation' ? await meter.changes() : 0;
    const result = await this.#current.run(operation, call);
    operation.ms = performance.now() - began;
    if (each === 'operation') operation.rows = (await meter.changes()) - changed;
    await this.#measure(operation);
    return result;
  }

  #begin(verb: string, subject: string): Recorded {
    const operation: Recorded = {
      verb,
      subject,
      sql: [],
      touches: [],
      destroys: [],
      dependsOnRows: verb === 'em',
      afterRows: this.#hasRead,
      ms: 0,
      rows: 0,
    };
    this.#operations.push(operation);
    return operation;
  }

  /** The current operation, or the statements of the EntityManagers between two operations. */
  #operation(): Recorded {
    const last = this.#operations.at(-1);
    return this.#current.getStore() ?? (last?.verb === 'em' ? last : this.#begin('em', ''));
  }

  async #measure(operation: Recorded): Promise<void> {
    const touches = await this.#options.meter.look();
    operation.touches.splice(0, Infinity, ...together([...operation.touches, ...touches]));
  }

  #mark(name: string): void {
    this.#marks.set(name, new Map(this.#operations.map(operation => [operation, operation.sql.length])));
  }

  #takeBack(name: string): void {
    const sent = this.#marks.get(name);
    for (const operation of sent ? this.#operations : []) operation.sql.splice(sent?.get(operation) ?? 0);
  }
}

/** Whether its statements were written by the author of the step. */
function isOwn({ verb }: Recorded): boolean {
  return verb === 'em' || verb === 'execute';
}

function note(list: string[], text: string): void {
  if (!list.includes(text)) list.push(text);
}
