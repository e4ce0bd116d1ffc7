import { readFileSync } from 'node:fs';

/** The part of this package's own package.json that the command reads. */
interface OwnPackage {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** An application in production needs none of these, so they are optional peers. */
const NEEDED = [
  '@mikro-orm/cli',
  'commander',
  '@clack/prompts',
  'cli-table3',
  '@babel/parser',
  '@babel/traverse',
  'magic-string',
] as const;

/** This package's own package.json. It is as far above `dist/cli` as above `lib/cli`. */
export function ownPackage(): OwnPackage {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as OwnPackage;
}

/** Says that this Node.js is too old for the package; `undefined` if it is not. */
export function oldNode(version = process.versions.node): string | undefined {
  const wanted = ownPackage().engines.node.replace('>=', '');
  const [major = 0, minor = 0, wantedMajor = 0, wantedMinor = 0] = [version, wanted].flatMap(text =>
    text.split('.').slice(0, 2).map(Number),
  );
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined;
  return `Node.js ${wanted} or newer is needed, and this is ${version}`;
}

/** Says what to install before the command can run; `undefined` if everything is there. */
export function missingPackages(isThere: (name: string) => boolean = canImport): string | undefined {
  const missing = NEEDED.filter(name => !isThere(name));
  if (missing.length === 0) return undefined;
  const { peerDependencies } = ownPackage();
  const wanted = missing.map(name => `'${name}@${peerDependencies[name]}'`).join(' ');
  return `the command needs what an application does not: npm install --save-dev ${wanted}`;
}

function canImport(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
