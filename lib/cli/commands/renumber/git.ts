import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { UsageError } from '../../exit-codes.ts';

/** The git command that left the conflict. */
export type Undertaking = 'merge' | 'rebase' | 'cherry-pick' | 'stash pop';

/** A file in conflict: before, and on both sides. `undefined` where it does not exist. */
export interface GitConflict {
  /** Absolute. */
  readonly path: string;
  readonly base: string | undefined;
  /** The checked-out side. */
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

/** The files git keeps during each command. A rebase picks commits one by one, so it comes first. */
const MARKS: readonly (readonly [Undertaking, string])[] = [
  ['rebase', 'rebase-merge'],
  ['rebase', 'rebase-apply'],
  ['merge', 'MERGE_HEAD'],
  ['cherry-pick', 'CHERRY_PICK_HEAD'],
  ['merge', 'SQUASH_MSG'],
];

/** A git repository, as far as conflicts need it. */
export type Repository = Awaited<ReturnType<typeof openRepository>>;

/** Opens the repository that contains a folder. */
export async function openRepository(folder: string) {
  const top = (await git(folder, ['rev-parse', '--show-toplevel'])).trimEnd();
  const inTop = async (args: readonly string[], env?: Readonly<Record<string, string>>) => git(top, args, env);
  const ownPath = async (name: string) => resolve(top, (await inTop(['rev-parse', '--git-path', name])).trimEnd());

  return {
    /** The git command in progress; `undefined` if no file is in conflict. */
    async undertaking(): Promise<Undertaking | undefined> {
      for (const [name, mark] of MARKS) if (existsSync(await ownPath(mark))) return name;
      return (await inTop(['ls-files', '--unmerged'])) === '' ? undefined : 'stash pop';
    },

    /** The files in conflict. */
    async conflicts(): Promise<GitConflict[]> {
      const found = new Map<string, Map<string, string>>();
      for (const line of (await inTop(['ls-files', '--unmerged', '-z'])).split('\0')) {
        // A submodule is not a text.
        const [, hash, stage, path] = /^(?!160000)\d+ ([\da-f]+) ([123])\t(.+)$/s.exec(line) ?? [];
        if (hash === undefined || stage === undefined || path === undefined) continue;
        const text = await inTop(['cat-file', '--filters', `--path=${path}`, hash]);
        found.set(path, (found.get(path) ?? new Map<string, string>()).set(stage, text));
      }
      return [...found].map(([path, stages]) => ({
        path: join(top, path),
        base: stages.get('1'),
        ours: stages.get('2'),
        theirs: stages.get('3'),
      }));
    },

    /** The texts that git wrote into files in conflict, with markers. */
    leftIn: (paths: readonly string[]) =>
      inTemporaryFolder(async copy => {
        const [index, tree] = [join(copy, 'index'), join(copy, 'tree')];
        await copyFile(await ownPath('index'), index);
        await mkdir(tree);
        const names = paths.map(path => relative(top, path));
        await inTop(['--work-tree', tree, 'checkout', '--merge', '--', ...names], { GIT_INDEX_FILE: index });
        const texts = paths.map(async path => [path, await readFile(join(tree, relative(top, path)), 'utf8')] as const);
        return new Map(await Promise.all(texts));
      }),

    /** Merges the changes of two sides; `undefined` if they conflict. */
    merge: (base: string, one: string, other: string): Promise<string | undefined> =>
      inTemporaryFolder(async copy => {
        for (const [name, text] of Object.entries({ one, base, other })) await writeFile(join(copy, name), text);
        try {
          return await git(copy, ['merge-file', '-p', 'one', 'base', 'other']);
        } catch (error) {
          // The exit code is the number of conflicts; 255 is an error.
          const code = error instanceof GitError ? error.exitCode : 0;
          if (code > 0 && code < 128) return undefined;
          throw error;
        }
      }),

    /** Stages files as they are. */
    async stage(paths: readonly string[]) {
      await inTop(['add', '--', ...paths.map(path => relative(top, path))]);
    },
  };
}

/** A git command failed. */
class GitError extends Error {
  readonly exitCode: number;

  constructor(message: string, cause: { readonly code?: number | string | null | undefined }) {
    super(message, { cause });
    this.exitCode = Number(cause.code ?? 0);
  }
}

async function git(folder: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> {
  // In English, which is parsed below, and without prompts.
  const options = {
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...env },
    maxBuffer: 2 ** 28,
  };
  return new Promise((done, failed) => {
    execFile('git', ['--literal-pathspecs', ...args], options, (error, stdout, stderr) => {
      if (!error) done(stdout);
      else if (error.code === 'ENOENT')
        failed(new UsageError('git is not installed. Install it, or resolve the merge by hand.'));
      else if (/not a git repository|must be run in a work tree/.test(stderr))
        failed(
          new UsageError(`${folder} is not in a git repository. Run this command in the repository of the merge.`),
        );
      else failed(new GitError(`git ${args[0]} failed: ${stderr.trim()}`, error));
    });
  });
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dejavu-git-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
