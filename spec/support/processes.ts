import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a worker says: one JSON object on a line of its standard output. */
export interface Line {
  readonly event: string;
  readonly [key: string]: unknown;
}

/** How a worker ended. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly Line[];
  readonly stderr: string;
}

/** What a worker is given: anything JSON can hold. */
export type Args = Readonly<Record<string, unknown>>;

/** A real process that runs a file of `spec/support/workers/`; `await using` kills what is left of it. */
export interface Worker extends AsyncDisposable {
  readonly pid: number;
  /** Settles once the process has ended and its output was read; never rejects. */
  readonly finished: Promise<Finished>;
  /**
   * Waits for a line with this event: the first one not yet asked for.
   *
   * @throws Error with the worker's standard error when it ends without having said it.
   */
  line(event: string): Promise<Line>;
  /** Writes a word to the worker's standard input, which its `heard(word)` waits for. */
  say(word: string): void;
  /** Ends the process. Default: SIGKILL. */
  kill(signal?: NodeJS.Signals): void;
}

/** Compiling what it imports is half of what a process costs, and the same for all of them, in this run and the next. */
export const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/dejavu/compiled', import.meta.url));

const children = new Set<() => void>();
process.once('exit', () => children.forEach(kill => kill()));

/** What runs a worker: the Node that runs the specs, or Bun, which npm installed. */
export type Runtime = 'node' | 'bun';

const BUN = fileURLToPath(new URL('../../node_modules/bun/bin/bun.exe', import.meta.url));

/**
 * Starts a worker.
 *
 * @param file below `spec/support/workers/`, e.g. `'upgrade.ts'`, or an absolute `file:` URL.
 * @param args what the worker's `given()` returns.
 * @param runtime what runs it. Default: the Node that runs the specs.
 */
export function spawnWorker(file: string | URL, args: Args = {}, runtime: Runtime = 'node'): Worker {
  const path = fileURLToPath(new URL(file, new URL('workers/', import.meta.url)));
  const child = spawn(runtime === 'bun' ? BUN : process.execPath, [path], {
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, DEJAVU_WORKER_ARGS: JSON.stringify(args) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  const waiting = new Map<string, ((line: Line) => void)[]>();
  const unread = new Map<string, Line[]>();
  let text = '';
  let stderr = '';

  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const complete = (text + chunk).split('\n');
    text = complete.pop() ?? '';
    for (const json of complete) hear(parseLine(json));
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  // A killed process no longer reads what we say.
  child.stdin.on('error', () => undefined);

  function hear(line: Line) {
    lines.push(line);
    const next = waiting.get(line.event)?.shift();
    if (next) next(line);
    else unread.set(line.event, [...(unread.get(line.event) ?? []), line]);
  }

  const kill = (signal: NodeJS.Signals = 'SIGKILL') => void child.kill(signal);
  children.add(kill);
  const finished = new Promise<Finished>(resolve => {
    child.once('error', error => (stderr += String(error)));
    child.once('close', (code, signal) => {
      children.delete(kill);
      resolve({ code, signal, lines, stderr });
    });
  });

  return {
    pid: child.pid ?? 0,
    finished,
    async line(event) {
      const known = unread.get(event)?.shift();
      if (known) return known;
      const heard = new Promise<Line>(resolve => waiting.set(event, [...(waiting.get(event) ?? []), resolve]));
      const ended = finished.then(({ code, signal }) => {
        throw new Error(`${path} ended with ${signal ?? code} before it said "${event}":\n${stderr}`);
      });
      return Promise.race([heard, ended]);
    },
    say: word => void child.stdin.write(`${word}\n`),
    kill,
    async [Symbol.asyncDispose]() {
      kill();
      await finished;
    },
  };
}

/**
 * Starts n workers, waits until each has said `ready`, lets them all go at once, and returns how each ended.
 *
 * @param args the same for all, or made from the worker's number, from 0.
 * @throws Error when one of them ends before it was ready.
 */
export async function runTogether(
  n: number,
  file: string | URL,
  args: Args | ((number: number) => Args) = {},
): Promise<Finished[]> {
  const workers = Array.from({ length: n }, (_, number) =>
    spawnWorker(file, typeof args === 'function' ? args(number) : args),
  );
  try {
    await Promise.all(workers.map(worker => worker.line('ready')));
    for (const worker of workers) worker.say('go');
    return await Promise.all(workers.map(worker => worker.finished));
  } finally {
    for (const worker of workers) worker.kill();
  }
}

function parseLine(json: string): Line {
  try {
    return JSON.parse(json) as Line;
  } catch {
    // What a library prints on its own is no reason to lose the rest.
    return { event: 'text', text: json };
  }
}
