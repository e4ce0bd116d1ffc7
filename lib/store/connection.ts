import { oncePerProcess } from '../one-copy.ts';
import type { MikroORM, Transaction } from '@mikro-orm/core';
import type { AbstractSqlConnection, AbstractSqlPlatform, Kysely } from '@mikro-orm/sql';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../errors.ts';
import type { StepSettings, StepTransaction } from '../dialects/dialect.ts';
import { configurationOf, isConnected, nativeClientOf } from '../mikro-orm/connection-parts.ts';
import { wireOf, type Query, type Wire } from '../mikro-orm/wire.ts';
import { answerMs, answerOf, LOCKS, NoAnswer } from './opening/time-limits.ts';
import { PoolWatch } from './opening/pool-client.ts';
import { heedRejections, heedThisTurn } from './steps/rejections.ts';
import { StepTurn, type Leftovers } from './steps/stray-work.ts';
import { Turn } from './steps/turn.ts';
import { inOneScript } from '../sql/statements.ts';

/** A row as the driver gives it. */
export type Row = Record<string, unknown>;

/** Sees every statement of a step before it reaches the driver. */
export interface Watch {
  /** Throws to keep the statement from being sent. */
  before(sql: string): void | Promise<void>;
  /** Learns how it ended. */
  after(sql: string, error?: unknown): void | Promise<void>;
}

const RAW = { kind: 'RawNode' };

type Controlled = Awaited<ReturnType<ReturnType<Kysely<unknown>['startTransaction']>['execute']>>;

/** How long to wait, and what ends the waiting. */
export interface Patience {
  /** In milliseconds. */
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** How long a statement may wait for a lock, in milliseconds. */
  readonly lockMs?: number | undefined;
  /** Whether the connection is to be closed afterwards, and not kept by the pool. */
  readonly letsGo?: boolean | undefined;
}

/** One connection, for as long as it is ours. */
interface Pinned {
  readonly client: Kysely<unknown>;
  readonly wire: Wire;
  readonly pool: PoolWatch;
  readonly patience: Patience;
}

/** The connections of this process were all in use, for as long as we were to wait. */
class NoConnectionClass extends Error {
  readonly waitedMs: number;

  constructor(waitedMs: number, cause: unknown) {
    super('all connections of the pool are in use; a transaction may have been left open', { cause });
    this.waitedMs = waitedMs;
  }
}

function isLogged(connection: AbstractSqlConnection): boolean {
  const config = configurationOf(connection);
  return config.getLogger().isEnabled('query') || config.get('slowQueryThreshold') !== undefined;
}

/** Runs several statements at once, and one of them again without compiling it twice. */
interface ScriptRunner {
  readonly inTransaction: boolean;
  exec(script: string): unknown;
  prepare(sql: string): { all(): Row[]; run(values: readonly unknown[]): unknown };
}

function isScriptRunner(client: unknown): client is ScriptRunner {
  return typeof client === 'object' && client !== null && 'inTransaction' in client && 'exec' in client;
}

const OPENING_MS = 1000; // a server that is there opens a connection sooner

const EVERY_MS = 10;

/**
 * Makes what lets the rest of the process have its turn, each time it had none for 10 ms.
 *
 * better-sqlite3 answers without going back to the event loop: a step of many statements would keep timers, requests and
 * SIGTERM waiting until it ends, and with them the signal that is to stop it.
 */
function breathing(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < EVERY_MS) return;
    await setImmediate();
    last = performance.now();
  };
}

/** Rolls back what has begun if `work` fails: nothing else would end it. */
async function orEnd<T>(send: (sql: string) => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await send('rollback').catch(() => {});
    throw error;
  }
}

function rowsOf(result: unknown): Row[] {
  return (result as { rows?: Row[] }).rows ?? [];
}

/** The connection of an ORM that writes: a version is never read from a replica. */
export function primaryOf(orm: MikroORM): AbstractSqlConnection {
  return orm.em.getConnection('write') as unknown as AbstractSqlConnection;
}

/**
 * One physical connection, pinned from before the first pragma until after the last.
 *
 * `em.transactional` would not do: when a commit or a rollback fails there, the connection is never given back, and a
 * pool of one hangs for good.
 */
class HeldConnectionClass {
  readonly #connection: AbstractSqlConnection;
  readonly #client: Kysely<unknown>;
  readonly #pool: PoolWatch;
  readonly #send: Wire['executeQuery'];
  readonly #breathe = breathing();
  readonly #isLogged: boolean;
  /** The knowledge about the transaction under way, once steps run in it. */
  steps: StepTransaction | undefined;
  /** What was known of the one before. */
  known: StepTransaction | undefined;
  /** How the dialect takes back what a step sets for the session. */
  settings: StepSettings | undefined;
  /** How the dialect tells whether a statement that failed ended the transaction. */
  isUnderWay: (() => Promise<boolean>) | undefined;
  /** Whether one did: later statements would commit alone. */
  #isEnded = false;
  readonly #takeBack = new Map<string, () => Promise<void>>();
  #transaction: Controlled | undefined;
  #watch: Watch | undefined;
  #begin: readonly string[] = [];
  /** The statements sent with the commit, before it. */
  #beforeCommit: readonly string[] = [];
  #hasBegun = false;
  /** Whether the steps of this transaction are over, and the ending of it is ours. */
  #isOver = false;
  #isEnding = false;
  #isReleased = false;
  /** The statements that steps sent after their end without awaiting them, and the first failure among them. */
  #late: Promise<unknown>[] = [];
  #lateFailure: unknown;
  #leftovers: Leftovers = { stray: undefined, isCommitted: false };
  #endHeeding: (() => void) | undefined;
  /** better-sqlite3 itself, once a transaction of ours was seen in it. */
  #script: ScriptRunner | undefined;
  readonly #compiled = new Map<string, ReturnType<ScriptRunner['prepare']>>();

  private constructor(connection: AbstractSqlConnection, { client, wire, pool, patience }: Pinned) {
    this.#connection = connection;
    this.#client = client;
    this.#pool = pool;
    const send = wire.executeQuery.bind(wire);
    this.#send = (query, options) => {
      this.#assertHeld();
      if (!pool.isThere) return send(query, options);
      const answer = pool.recognise(() => send(query, options));
      const { signal } = patience;
      const limitMs = this.#transaction ? undefined : answerMs(patience.waitMs);
      return answerOf(answer, { signal, limitMs, graceMs: LOCKS.timeoutMs }, () => pool.drop());
    };
    this.#isLogged = isLogged(connection);
  }

  /**
   * Pins a connection while `work` runs, and always returns it afterwards.
   *
   * @throws {@link NoConnection} if none came free
   */
  static async hold<T>(orm: MikroORM, patience: Patience, work: (held: HeldConnection) => Promise<T>): Promise<T> {
    const connection = primaryOf(orm);
    return HeldConnection.#pin(connection, patience, pinned => HeldConnection.#use(connection, pinned, work));
  }

  /** Sends one statement on a separate connection: all that a boot with nothing to do sends. */
  static async ask(orm: MikroORM, patience: Patience, sql: string, params: readonly unknown[]): Promise<Row[]> {
    const connection = primaryOf(orm);
    const ofStep = HeldConnection.#ofStep(connection);
    if (ofStep) return ofStep.execute(sql, params);
    if (isLogged(connection)) return HeldConnection.hold(orm, patience, held => held.execute(sql, params));
    const platform = connection.getPlatform() as AbstractSqlPlatform;
    const { waitMs, signal } = patience;
    return HeldConnection.#pin(connection, patience, async ({ wire, pool }) => {
      const query = { sql: platform.formatQuery(sql, [...params]), parameters: [], query: RAW };
      const answer = pool.recognise(() => wire.executeQuery(query));
      return rowsOf(await answerOf(answer, { signal, limitMs: answerMs(waitMs), graceMs: 0 }, () => pool.drop()));
    });
  }

  /** The connection that the step holds whose code this is: on the only one of a database it would wait for itself. */
  static #ofStep(connection: AbstractSqlConnection): HeldConnection | undefined {
    const root = Turn.current()?.root;
    if (!root || root.isOver || !(root.holder instanceof HeldConnection)) return undefined;
    return root.holder.#connection === connection ? root.holder : undefined;
  }

  static async #pin<T>(
    connection: AbstractSqlConnection,
    patience: Patience,
    use: (pinned: Pinned) => Promise<T>,
  ): Promise<T> {
    // MikroORM's own way would create a database that does not exist.
    if (!isConnected(connection)) await connection.connect({ skipOnConnect: true });
    const { waitMs, signal } = patience;
    const pool = await PoolWatch.begin(connection);
    const began = performance.now();
    const { promise: gaveUp, reject } = Promise.withResolvers<never>();
    let isOver = false;
    const giveUp = () => {
      isOver = true;
      const waitedMs = performance.now() - began;
      reject(pool.isOpening ? new NoAnswer(waitedMs) : new NoConnection(waitedMs, signal?.reason));
    };
    const timer = setTimeout(giveUp, answerMs(waitMs));
    signal?.addEventListener('abort', giveUp, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    // Kysely would end the waiting as well, but writes on the console what becomes of the connection later.
    const pinning = connection
      .getClient<unknown>()
      .connection()
      .execute(async client => {
        if (isOver) return gaveUp;
        settle();
        try {
          return await use({ client, wire: await wireOf(client), pool, patience });
        } finally {
          if (patience.letsGo) pool.drop();
        }
      });
    try {
      if (signal?.aborted) giveUp();
      return await Promise.race([pinning, gaveUp]);
    } finally {
      pinning.catch(() => {});
      gaveUp.catch(() => {});
      settle();
      // Kysely loses a connection that opens while the ORM is closed, and closing it then never ends.
      if (isOver && pool.isOpening)
        await Promise.race([pinning.catch(() => {}), sleep(OPENING_MS, undefined, { ref: false })]);
      pool.stop();
    }
  }

  static async #use<T>(
    connection: AbstractSqlConnection,
    pinned: Pinned,
    work: (held: HeldConnection) => Promise<T>,
  ): Promise<T> {
    const { wire } = pinned;
    const own = Object.getOwnPropertyDescriptor(wire, 'executeQuery');
    const held = new HeldConnection(connection, pinned);
    wire.executeQuery = (query, options) => held.#pass(query, options);
    try {
      return await work(held);
    } finally {
      held.#isReleased = true;
      held.#endHeeding?.();
      if (own) Object.defineProperty(wire, 'executeQuery', own);
      else Reflect.deleteProperty(wire, 'executeQuery');
    }
  }

  /** The transaction under way, as an EntityManager takes it. */
  // oxlint-disable-next-line typescript/no-redundant-type-constituents -- MikroORM's transaction is an `any` by now
  get transaction(): Transaction | undefined {
    return this.#transaction;
  }

  /** The connection of `pg` behind it; `undefined` for other drivers, and before the first statement. */
  get client(): unknown {
    this.#assertHeld();
    return this.#pool.client;
  }

  /** Nothing of ours is sent among the statements of the connection's next user. */
  #assertHeld(): void {
    if (this.#isReleased) throw new Error('the connection was already returned to the pool');
  }

  /** Sends a statement of ours, unwatched. */
  async execute(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    if (this.#isLogged) return this.#connection.execute<Row[]>(sql, params, 'all', { executeQuery: this.#send });
    return rowsOf(await this.#send(this.#query(sql, params)));
  }

  /** Sends a query of ours that every transaction sends alike: better-sqlite3 compiles it once. */
  async executeAgain(sql: string, params: readonly unknown[]): Promise<Row[]> {
    this.#assertHeld();
    const text = this.format(sql, params);
    if (!this.#script?.inTransaction) return this.execute(text);
    const compiled = this.#compiled.get(text) ?? this.#script.prepare(text);
    this.#compiled.set(text, compiled);
    return compiled.all();
  }

  /** Compiles a statement that is run many times, each time with other values; `undefined` where only SQL can be sent. */
  async compile(sql: string): Promise<((values: readonly unknown[]) => void) | undefined> {
    this.#assertHeld();
    const compiled = (await this.#scriptRunner())?.prepare(sql);
    return (
      compiled &&
      (values => {
        this.#assertHeld();
        compiled.run(values);
      })
    );
  }

  /** Sends a statement in the name of a step, watched. */
  async executeWatched(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    if (this.#isLogged) return this.#connection.execute<Row[]>(sql, params, 'all', this.#transaction);
    return rowsOf(await this.#pass(this.#query(sql, params)));
  }

  /** Sends several statements without parameters at once where the driver can, one by one where it cannot. */
  async executeBatch(statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return;
    this.#assertHeld();
    if (this.#connection.getPlatform().supportsMultipleStatements())
      return void (await this.execute(inOneScript(statements)));
    const script = await this.#scriptRunner();
    if (script) return void script.exec(inOneScript(statements));
    for (const statement of statements) await this.execute(statement);
  }

  /** better-sqlite3 itself, which runs a script at once, if it is in this very transaction and the log is off. */
  async #scriptRunner(): Promise<ScriptRunner | undefined> {
    if (this.#script?.inTransaction) return this.#script;
    const client = this.#isLogged ? undefined : await nativeClientOf(this.#connection);
    this.#script = isScriptRunner(client) && client.inTransaction ? client : undefined;
    return this.#script;
  }

  /** Whether several statements are one message, to which there is one answer. A log shows them one by one. */
  get sendsAtOnce(): boolean {
    return !this.#isLogged && this.#connection.getPlatform().supportsMultipleStatements();
  }

  /** Begins the transaction; `how` is what the dialect says instead of a plain `begin`, at once where the driver can. */
  async begin(how: readonly string[]): Promise<void> {
    this.#begin = how;
    this.known = this.steps ?? this.known;
    this.steps = undefined;
    this.#isOver = false;
    this.#late = [];
    this.#lateFailure = undefined;
    this.#leftovers = { stray: undefined, isCommitted: false };
    this.#hasBegun = false;
    this.#isEnded = false;
    this.#transaction = await this.#client.startTransaction().execute();
    if (this.#hasBegun) return;
    // PGlite begins by itself, without a statement that passes here.
    const [, ...more] = how;
    await orEnd(
      () => this.rollback(),
      () => this.executeBatch(more),
    );
  }

  async #sendOwn(query: Query, options?: unknown): Promise<unknown> {
    if (query.sql === 'begin') return this.#sendBegin(query, options);
    if (query.sql !== 'commit') return this.#send(query, options);
    await this.settleLate();
    if (this.#script?.inTransaction) return this.#script.exec(query.sql);
    return this.#send({ ...query, sql: inOneScript([...this.#beforeCommit, query.sql]) }, options);
  }

  async #sendBegin(query: Query, options?: unknown): Promise<unknown> {
    this.#hasBegun = true;
    const send = (sql: string) => this.#send({ ...query, sql }, options);
    const [first = 'begin', ...more] = this.#begin;
    if (more.length === 0) return send(first);
    const begins = () => inOneScript(this.#begin);
    const script = this.#script;
    if (this.#connection.getPlatform().supportsMultipleStatements()) return orEnd(send, () => send(begins()));
    // A transaction that was open before belongs to other code: ours does not begin in it, and does not end it.
    if (script && !script.inTransaction) return orEnd(send, async () => script.exec(begins()));
    const begun = await send(first);
    await orEnd(send, async () => {
      for (const sql of more) await send(sql);
    });
    return begun;
  }

  /** @throws what {@link settleLate} does: PostgreSQL says of such a commit that all is well, and rolls back. */
  async commit(): Promise<void> {
    // A rejection that nothing handled is known when the event loop has gone round.
    if (this.#isOver) await setImmediate();
    await this.settleLate();
    await this.#end(async () => this.#transaction?.commit().execute());
    this.#transaction = undefined;
    this.#leftovers.isCommitted = true;
  }

  /**
   * Commits after these statements, all of them at once where the driver can. Where one of them fails, nothing of the
   * transaction is committed.
   */
  async commitAfter(statements: readonly string[]): Promise<void> {
    await this.settleLate();
    if (!this.sendsAtOnce) await this.executeBatch(statements);
    else this.#beforeCommit = statements;
    // It is under way: what comes now of a step keeps nothing from being committed.
    this.#leftovers.isCommitted = true;
    try {
      await this.commit();
    } catch (error) {
      this.#leftovers.isCommitted = false;
      throw error;
    } finally {
      this.#beforeCommit = [];
    }
  }

  /** Rolls back. A transaction that is gone already is no reason to complain: nothing of it is left. */
  async rollback(): Promise<void> {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    await this.#end(async () => transaction?.rollback().execute()).catch(() => this.throwAway());
  }

  /** Removes the connection from the pool: a statement may still be running on it. */
  throwAway(): void {
    this.#pool.drop();
  }

  async #end(work: () => Promise<unknown>): Promise<void> {
    this.#isEnding = true;
    try {
      await work();
    } finally {
      this.#isEnding = false;
    }
  }

  /**
   * Waits for what a step sent after its end.
   *
   * @throws if some of it failed: the transaction may be doomed, and is not what the step thinks. {@link StrayWork} if some
   * of it came too late to be sent.
   */
  async settleLate(): Promise<void> {
    await Promise.all(this.#late);
    if (this.#leftovers.stray) throw this.#leftovers.stray;
    const cause = this.#lateFailure;
    if (cause !== undefined) {
      throw new Error(`a statement that the step did not await failed: ${reasonOf(cause)}`, { cause });
    }
  }

  /** Shows every statement that is not ours to `watch`, while `work` runs, which is a step: nothing of it is sent after it. */
  async watched<T>(
    watch: Watch,
    { guid, method }: { readonly guid: string; readonly method: string },
    work: (turn: StepTurn) => Promise<T>,
  ): Promise<T> {
    const turn = new StepTurn(method, { guid, holder: this, leftovers: this.#leftovers, onLate: heedThisTurn });
    this.#endHeeding ??= heedRejections();
    this.#watch = watch;
    try {
      return await work(turn);
    } finally {
      turn.close();
      this.#watch = undefined;
      this.#isOver = true;
    }
  }

  /** Writes values into a statement, where it has placeholders. */
  format(sql: string, params: readonly unknown[]): string {
    return (this.#connection.getPlatform() as AbstractSqlPlatform).formatQuery(sql, [...params]);
  }

  // MikroORM only adds the log: without it, a plan of a thousand steps takes half the time.
  #query(sql: string, params: readonly unknown[]): Query {
    return { sql: this.format(sql, params), parameters: [], query: RAW } as Query;
  }

  async #pass(query: Query, options?: unknown): Promise<unknown> {
    const turn = Turn.current();
    if (turn?.root.holder !== this) return this.#passOn(query, options);
    return turn.send(query.sql, () => this.#passOn(query, options));
  }

  async #passOn(query: Query, options?: unknown): Promise<unknown> {
    const watch = this.#watch;
    if (!watch) return this.#isOver && !this.#isEnding ? this.#sendLate(query, options) : this.#sendOwn(query, options);
    await this.#breathe();
    if (this.#isEnded) throw new Error('an earlier failed statement ended the transaction');
    await watch.before(query.sql);
    const set = this.settings?.setIn(query.sql);
    if (set !== undefined) await this.#remember(set);
    if (this.#watch !== watch) return this.#sendLate(query, options);
    try {
      const result = await this.#send(query, options);
      await watch.after(query.sql);
      return result;
    } catch (error) {
      this.#isEnded ||= (await this.isUnderWay?.()) === false;
      await watch.after(query.sql, error);
      throw error;
    }
  }

  async #remember(set: string): Promise<void> {
    if (!this.settings || this.#takeBack.has(set)) return;
    this.#takeBack.set(set, async () => {});
    this.#takeBack.set(set, await this.settings.remember(this, set));
  }

  /** Sets again what steps changed for longer than their transaction. */
  async takeBackSettings(): Promise<void> {
    for (const takeBack of this.#takeBack.values()) await takeBack();
    this.#takeBack.clear();
  }

  #sendLate(query: Query, options?: unknown): Promise<unknown> {
    const sent = this.#send(query, options);
    this.#late.push(sent.catch((error: unknown) => void (this.#lateFailure ??= error)));
    return sent;
  }
}

/** {@link NoConnectionClass}, the same in every copy of this file. */
export const NoConnection = oncePerProcess('NoConnection', () => NoConnectionClass);
export type NoConnection = NoConnectionClass;

/** {@link HeldConnectionClass}, the same in every copy of this file. */
export const HeldConnection = oncePerProcess('HeldConnection', () => HeldConnectionClass);
export type HeldConnection = HeldConnectionClass;
