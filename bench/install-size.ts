import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Published, ROOT } from './published.ts';
import { bytesIn, installed, kilobytes } from './sizes.ts';

const execute = promisify(execFile);

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

/** What the package weighs, what it brings into an application on SQLite, and what only its command needs. */
export async function installSize({ folder }: Published): Promise<string> {
  const { stdout } = await execute('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
    maxBuffer: 2 ** 26,
  });
  const [packed] = JSON.parse(stdout) as { size: number; unpackedSize: number }[];
  if (!packed) throw new Error('npm packed nothing');
  const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const optional = Object.keys(own.peerDependenciesMeta);
  const needed = [...Object.keys(own.dependencies ?? {}), ...Object.keys(own.peerDependencies)].filter(
    name => !optional.includes(name),
  );
  const before = installed(['@mikro-orm/core', '@mikro-orm/sqlite'], ROOT);
  const added = (names: readonly string[]) => weigh([...installed(names, ROOT)].filter(one => !before.has(one)));
  const brought = added(needed);
  const command = optional.map(name => ({ name, ...added([name]) })).toSorted((a, b) => b.bytes - a.bytes);
  return [
    `the package: ${kilobytes(packed.size)} packed, ${kilobytes(packed.unpackedSize)} unpacked`,
    `  what it brings into an application on MikroORM (${say(weigh([...before]))}): ${brought.packages === 0 ? 'itself, and nothing else' : `itself and ${say(brought)}`}`,
    `  what only the command needs, where it is installed: ${say(added(optional))}`,
    ...command.map(({ name, ...weight }) => `    ${name.padEnd(16)} ${say(weight)}`),
  ].join('\n');
}

interface Weight {
  readonly packages: number;
  readonly bytes: number;
}

function weigh(folders: readonly string[]): Weight {
  return { packages: folders.length, bytes: folders.map(bytesIn).reduce((sum, size) => sum + size, 0) };
}

function say({ packages, bytes }: Weight): string {
  return `${packages} ${packages === 1 ? 'package' : 'packages'}, ${kilobytes(bytes)}`;
}
