import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What one run of the specs has for itself alone. */
export interface Run {
  /** The process that keeps it. */
  readonly keeper: number;
  /** Where everything temporary of it belongs. */
  readonly folder: string;
  /** Its PostgreSQL, as superuser and without a database; `undefined` if it was started without one. */
  readonly url: string | undefined;
  /** The file that holds what the server had to say. */
  readonly log: string | undefined;
  /** Stops the server, ends every process of the run, removes the folder. */
  end(): Promise<void>;
}

const KEEPER = fileURLToPath(new URL('workers/keeper.ts', import.meta.url));

/**
 * Starts a run: a folder, and a PostgreSQL in it.
 *
 * Both belong to a process that keeps them for us. It holds a pipe to us, and cleans up once that closes: when the run is
 * over, or was interrupted, or killed. What is left where the keeper was killed as well is swept by the next run.
 *
 * @throws Error with what the keeper said when something does not start.
 */
export async function startRun({ postgres = true } = {}): Promise<Run> {
  const keeper = spawn(process.execPath, [KEEPER, ...(postgres ? ['postgres'] : [])], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C in the terminal ends us, and then the keeper has work to do.
    detached: true,
  });
  let stderr = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(keeper, 'close');
  const lines = createInterface({ input: keeper.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), ended.then(() => [])])) as [string?];
  if (line === undefined) throw new Error(`nothing was started:\n${stderr}`);
  // None of it is a reason for us to stay.
  for (const handle of [keeper, keeper.stdin, keeper.stdout, keeper.stderr] as { unref?: () => void }[])
    handle.unref?.();
  return {
    ...(JSON.parse(line) as Pick<Run, 'keeper' | 'folder' | 'url' | 'log'>),
    async end() {
      keeper.ref();
      keeper.stdin.end();
      await ended;
    },
  };
}
