import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** The folders of packages, with all that they depend on and need beside them, as an installation has them. */
export function installed(names: readonly string[], from: string): Set<string> {
  const found = new Set<string>();
  const add = (name: string, beside: string) => {
    const folder = find(name, beside);
    if (found.has(folder)) return;
    found.add(folder);
    for (const needed of neededBy(folder)) add(needed, folder);
  };
  for (const name of names) add(name, from);
  return found;
}

/** What the files of a folder weigh, without packages inside of it. */
export function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules');
  const sizes = entries.map(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? bytesIn(path) : statSync(path).size;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

export function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024).toLocaleString('en')} kB`;
}

function neededBy(folder: string): string[] {
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Manifest;
  const peers = Object.keys(peerDependencies ?? {}).filter(name => !peerDependenciesMeta?.[name]?.optional);
  return [...Object.keys(dependencies ?? {}), ...peers];
}

/** As Node finds it: in the nearest node_modules that has it. */
function find(name: string, from: string): string {
  const folder = join(from, 'node_modules', name);
  if (existsSync(folder)) return realpathSync(folder);
  const parent = dirname(from);
  if (parent === from) throw new Error(`${name} is not installed`);
  return find(name, parent);
}
