import { readFileSync } from 'node:fs';

/** The part of this package's own package.json that the command reads. */
interface OwnPackage {
  readonly version: string;
  readonly engines: { readonly node: string };
}

/** Reads this package's package.json. It is as far above `dist/cli` as above `lib/cli`. */
export function ownPackage(): OwnPackage {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as OwnPackage;
}

/**
 * Returns a message if this Node.js is older than all that the package runs on; otherwise `undefined`. Early releases of a
 * newer Node.js, of which npm warns, may try.
 */
export function oldNode(version = process.versions.node): string | undefined {
  const [wanted = ''] = /\d+\.\d+/.exec(ownPackage().engines.node) ?? [];
  const [major = 0, minor = 0, wantedMajor = 0, wantedMinor = 0] = [version, wanted].flatMap(text =>
    text.split('.').slice(0, 2).map(Number),
  );
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined;
  return `this is Node.js ${version}, and mikro-orm-dejavu needs Node.js ${wanted} or newer`;
}
