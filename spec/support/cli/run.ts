import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { COMPILED } from '../processes.ts';

/** How a run of the command ended. */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run is given besides its arguments. */
export interface RunOptions {
  /** A folder below `spec/support/cli/`, or an absolute one. Default: `zoo`. */
  readonly project?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The command as it is run from its source. */
export const BIN = fileURLToPath(new URL('../../../lib/cli/bin.ts', import.meta.url));

/** The folder of a project of the specs. */
export function projectFolder(project = 'zoo'): string {
  return fileURLToPath(new URL(project, import.meta.url));
}

/** The environment of a run: nothing that would colour, answer or configure it comes from outside. */
export function cleanEnv(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '', TERM = 'xterm-256color', TMPDIR } = process.env;
  return { PATH, HOME, TERM, NODE_COMPILE_CACHE: COMPILED, ...(TMPDIR && { TMPDIR }), ...more };
}

/** A run that goes on; `await using` kills what is left of it. */
export interface Running extends AsyncDisposable {
  readonly finished: Promise<Ran>;
  /** Waits until standard error shows it. */
  says(what: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the command in a process of its own, with pipes where a person would have a terminal. */
export function startDejavu(args: readonly string[], { project, env }: RunOptions = {}): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: projectFolder(project),
    env: cleanEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let heard = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    heard();
  });
  const finished = new Promise<Ran>(resolve => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    finished,
    async says(what) {
      const said = new Promise<void>(resolve => {
        heard = () => void (what.test(stderr) && resolve());
        heard();
      });
      const ended = finished.then(({ code }) => {
        throw new Error(`it ended with ${code} before it said ${what}:\n${stderr}`);
      });
      await Promise.race([said, ended]);
    },
    kill: signal => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await finished;
    },
  };
}

/** Runs the command until it ends. */
export async function dejavu(args: readonly string[], options?: RunOptions): Promise<Ran> {
  return startDejavu(args, options).finished;
}
