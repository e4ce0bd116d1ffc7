import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { UsageError } from './usage.ts';

/** What git is in the middle of. */
export type Undertaking = 'merge' | 'rebase' | 'cherry-pick' | 'stash pop';

/** A file that git could not merge, as it was before and on both sides; `undefined` where it was not there. */
export interface Conflict {
  /** Absolute. */
  readonly path: string;
  readonly base: string | undefined;
  /** The side that was checked out. */
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

/** A repository of git, as far as a conflict in it has to be looked at. */
export interface Repository {
  /** What git is in the middle of; `undefined` if nothing is to be merged. */
  undertaking(): Promise<Undertaking | undefined>;
  /** The files git could not merge. */
  conflicts(): Promise<readonly Conflict[]>;
  /** What git itself left in files it could not merge, markers and all. */
  leftIn(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Merges what two sides made of a text; `undefined` if they are in each other's way. */
  merge(base: string, one: string, other: string): Promise<string | undefined>;
  /** Takes files as they are now for the next commit. */
  stage(paths: readonly string[]): Promise<void>;
}

/**
 * Opens the repository that a folder is in.
 *
 * @throws UsageError if it is in none, or there is no git
 */
export async function openRepository(folder: string): Promise<Repository> {
  const top = (await git(folder, ['rev-parse', '--show-toplevel'])).trimEnd();
  const inTop = async (args: readonly string[], env?: Readonly<Record<string, string>>) => git(top, args, env);

  return {
    async undertaking() {
      for (const [name, mark] of marks) {
        const path = (await inTop(['rev-parse', '--git-path', mark])).trimEnd();
        if (existsSync(resolve(top, path))) return name;
      }
      return (await inTop(['ls-files', '--unmerged'])) === '' ? undefined : 'stash pop';
    },

    async conflicts() {
      const found = new Map<string, Map<string, string>>();
      for (const line of (await inTop(['ls-files', '--unmerged', '-z'])).split('\0')) {
        // what another repository is at is no text
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

    async leftIn(paths) {
      const index = resolve(top, (await inTop(['rev-parse', '--git-path', 'index'])).trimEnd());
      return inTemporaryFolder(async copy => {
        await copyFile(index, join(copy, 'index'));
        const tree = join(copy, 'tree');
        await mkdir(tree);
        const names = paths.map(path => relative(top, path));
        await inTop(['--work-tree', tree, 'checkout', '--merge', '--', ...names], {
          GIT_INDEX_FILE: join(copy, 'index'),
        });
        const texts = names.map(
          async (name, at) => [paths[at] ?? name, await readFile(join(tree, name), 'utf8')] as const,
        );
        return new Map(await Promise.all(texts));
      });
    },

    async merge(base, one, other) {
      return inTemporaryFolder(async copy => {
        const files = { one, base, other };
        for (const [name, text] of Object.entries(files)) await writeFile(join(copy, name), text);
        try {
          return await git(copy, ['merge-file', '-p', 'one', 'base', 'other']);
        } catch (error) {
          // the number of conflicts, where it could not; what is worse is 255
          const code: unknown = error instanceof GitError ? error.exitCode : undefined;
          if (typeof code === 'number' && code > 0 && code < 128) return undefined;
          throw error;
        }
      });
    },

    async stage(paths) {
      await inTop(['add', '--', ...paths.map(path => relative(top, path))]);
    },
  };
}

/** What git keeps while it is at it; a rebase picks commit after commit, so it comes first. */
const marks: readonly (readonly [Undertaking, string])[] = [
  ['rebase', 'rebase-merge'],
  ['rebase', 'rebase-apply'],
  ['merge', 'MERGE_HEAD'],
  ['cherry-pick', 'CHERRY_PICK_HEAD'],
  ['merge', 'SQUASH_MSG'],
];

/** Git said no. */
class GitError extends Error {
  readonly exitCode: number | undefined;

  constructor(message: string, exitCode: number | undefined, cause: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}

async function git(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((done, failed) => {
    // in words that can be told apart, and without asking for anything
    const options = {
      cwd: folder,
      env: { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...env },
      maxBuffer: 2 ** 28,
    };
    execFile('git', ['--literal-pathspecs', ...args], options, (error, stdout, stderr) => {
      if (!error) done(stdout);
      else if (error.code === 'ENOENT')
        failed(new UsageError('there is no git here: install it, or resolve the merge by hand'));
      else if (/not a git repository|must be run in a work tree/.test(stderr)) {
        failed(new UsageError(`${folder} is in no repository of git: run it where the merge is`));
      } else {
        const code = typeof error.code === 'number' ? error.code : undefined;
        failed(new GitError(`git ${args[0]} failed: ${stderr.trim()}`, code, error));
      }
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
