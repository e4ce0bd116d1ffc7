import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BIN, cleanEnv, projectFolder, type RunOptions } from './run.ts';

/** A real terminal, in which a shell waits in a project's folder; `await using` closes it. */
export interface Terminal extends AsyncDisposable {
  /** Types a line and Enter. */
  type(line: string): void;
  /** Presses a key: `Enter`, `C-c`, `y`. */
  press(key: string): void;
  /** Waits until the screen shows it, and returns the screen. */
  shows(what: RegExp): Promise<string>;
  /** The screen with its colours, as escape sequences. */
  coloured(): string;
  /** Forgets what is on the screen. */
  clear(): Promise<void>;
}

const PATIENCE_MS = 45_000;

/**
 * Opens a terminal of 120 columns, in which `dejavu` is the command.
 *
 * @throws Error if there is no tmux: a spec that needs a terminal is not left out in silence.
 */
export function openTerminal({ project, env }: RunOptions = {}): Terminal {
  const socket = `dejavu-${process.pid}-${randomBytes(4).toString('hex')}`;
  const tmux = (...args: string[]) => {
    try {
      return execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env: cleanEnv(env) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new Error('tmux is not installed, and this spec needs a terminal: apt-get install tmux', { cause: error });
    }
  };
  tmux('new-session', '-d', '-x', '120', '-y', '40', '-c', projectFolder(project), 'bash --norc --noprofile');
  const screen = () => tmux('capture-pane', '-p');
  const terminal: Terminal = {
    type(line) {
      tmux('send-keys', '-l', line);
      tmux('send-keys', 'Enter');
    },
    press: key => void tmux('send-keys', key),
    async shows(what) {
      const until = performance.now() + PATIENCE_MS;
      for (;;) {
        const shown = screen();
        if (what.test(shown)) return shown;
        if (performance.now() > until) throw new Error(`the terminal never showed ${what}:\n${shown}`);
        await sleep(50);
      }
    },
    coloured: () => tmux('capture-pane', '-p', '-e'),
    async clear() {
      terminal.type('clear; echo cl""eared');
      await terminal.shows(/^cleared/);
      tmux('clear-history');
    },
    async [Symbol.asyncDispose]() {
      tmux('kill-server');
    },
  };
  terminal.type(`dejavu() { '${process.execPath}' '${BIN}' "$@"; }; PS1='> '`);
  return terminal;
}
