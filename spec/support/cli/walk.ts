import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { cleanEnv } from './run.ts';

/** What a README lets its reader do: type a line and see what it says, or change a file. */
export type Move =
  | { readonly kind: 'command'; readonly line: string; readonly output: string }
  | { readonly kind: 'edit'; readonly path: string; readonly from: string; readonly to: string };

/** Reads what is to be done, in order: `console` blocks, with a `$` before each command, and `diff` blocks. */
export function readWalk(markdown: string): Move[] {
  const blocks = markdown.matchAll(/^```(console|diff)\n(.*?)^```$/gms);
  return [...blocks].flatMap(([, kind, text = '']) => (kind === 'diff' ? [readEdit(text)] : readCommands(text)));
}

function readCommands(text: string): Move[] {
  return [...text.matchAll(/^\$ (.+)\n((?:(?!\$ ).*\n)*)/gm)].map(([, line = '', output = '']) => ({
    kind: 'command',
    line,
    output,
  }));
}

function readEdit(text: string): Move {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const without = (mark: string) => lines.filter(line => !line.startsWith(mark)).map(line => line.slice(1));
  return { kind: 'edit', path: head.replace(/^--- /, ''), from: without('+').join('\n'), to: without('-').join('\n') };
}

/** Changes a file as a reader would, who finds the place. */
export function edit(path: string, { from, to }: { readonly from: string; readonly to: string }): void {
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${path} has ${parts.length - 1} times what is to be changed:\n${from}`);
  writeFileSync(path, parts.join(to));
}

/** A shell that remembers its folder and its variables; `await using` ends it. */
export interface Shell extends AsyncDisposable {
  /** Answers what a line says, on both streams, and the folder it leaves behind. */
  run(line: string): Promise<{ readonly output: string; readonly folder: string }>;
}

const END = '--- it is over ---';

/** Opens a shell in a folder, in which nobody answers questions. */
export function openShell(folder: string): Shell {
  const names = {
    GIT_AUTHOR_NAME: 'Ann',
    GIT_COMMITTER_NAME: 'Ann',
    GIT_AUTHOR_EMAIL: 'a@zoo',
    GIT_COMMITTER_EMAIL: 'a@zoo',
  };
  const env = cleanEnv({ ...names, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' });
  env['PATH'] = `${dirname(process.execPath)}:${env['PATH']}`;
  const shell = spawn('bash', ['--norc', '--noprofile'], { cwd: folder, env });
  let said = '';
  let heard = () => {};
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    heard();
  });
  const ended = new Promise<void>(resolve => void shell.once('close', () => resolve()));
  shell.stdin.write('exec 2>&1\n');
  return {
    async run(line) {
      said = '';
      shell.stdin.write(`{ ${line}\n} </dev/null\necho "${END}$PWD"\n`);
      const over = new Promise<void>(resolve => {
        heard = () => void (new RegExp(`${END}.*\n`).test(said) && resolve());
      });
      await Promise.race([over, ended.then(() => Promise.reject(new Error(`the shell ended in ${line}:\n${said}`)))]);
      const [output = '', left = ''] = said.split(END);
      return { output, folder: left.trimEnd() };
    },
    async [Symbol.asyncDispose]() {
      shell.kill('SIGKILL');
      await ended;
    },
  };
}
