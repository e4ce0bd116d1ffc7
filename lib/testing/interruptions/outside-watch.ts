import { AsyncLocalStorage } from 'node:async_hooks';
import { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';

type Callable = (this: unknown, ...args: unknown[]) => unknown;
type Patchable = Record<string, Callable | undefined>;

/** The functions that change a file, a folder or a link. Each has a synchronous and an asynchronous form. */
const WRITERS = [
  'appendFile',
  'chmod',
  'copyFile',
  'cp',
  'link',
  'mkdir',
  'mkdtemp',
  'rename',
  'rm',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'writeFile',
];

/**
 * Watches for effects of code that no database can roll back: written files, opened connections, started processes. Effects of
 * other code at the same time are not seen. An addon that writes by itself is not seen, nor, with a test runner that loads
 * modules in its own way, a function of `node:fs` that was imported by name.
 */
export class OutsideWatch {
  readonly #scope = new AsyncLocalStorage<string[]>();

  /** Runs code. @returns its effects outside of the database, in order */
  async run(work: () => Promise<unknown>): Promise<readonly string[]> {
    const seen: string[] = [];
    const restore = this.#patch();
    try {
      await this.#scope.run(seen, work);
      return seen;
    } finally {
      restore();
    }
  }

  #patch(): () => void {
    const undone: (() => void)[] = [];
    const watch = (on: object, name: string, say: (args: readonly unknown[], self: unknown) => string | undefined) => {
      const patchable = on as Patchable;
      const original = patchable[name];
      if (typeof original !== 'function') return;
      const scope = this.#scope;
      patchable[name] = function (...args) {
        const did = say(args, this);
        if (did !== undefined) scope.getStore()?.push(did);
        return original.apply(this, args);
      };
      undone.push(() => (patchable[name] = original));
    };
    for (const on of [fs, fs.promises])
      for (const name of [...WRITERS, 'open'].flatMap(one => [one, `${one}Sync`]))
        watch(on, name, ([path, flags]) =>
          name.startsWith('open') && !isWriting(flags) ? undefined : `${name}(${String(path)})`,
        );
    watch(Socket.prototype, 'connect', args => `a connection to ${showAddress(args)}`);
    watch(ChildProcess.prototype, 'spawn', ([options]) => `the process ${(options as { file?: string }).file ?? ''}`);
    syncBuiltinESMExports();
    return () => {
      for (const restore of undone) restore();
      syncBuiltinESMExports();
    };
  }
}

function isWriting(flags: unknown): boolean {
  if (typeof flags === 'string') return /[wa+]/.test(flags);
  return typeof flags === 'number' && (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0;
}

function showAddress(args: readonly unknown[]): string {
  const [first, second] = args.flat();
  if (typeof first === 'number') return `${typeof second === 'string' ? second : 'localhost'}:${first}`;
  if (typeof first !== 'object' || first === null) return String(first);
  const { path, host, port } = first as { path?: string; host?: string; port?: number };
  return path ?? `${host ?? 'localhost'}:${port ?? ''}`;
}
