import { ownPackage } from './packages.ts';

/** Says that this Node.js is too old for the package; `undefined` if it is not. */
export function oldNode(version = process.versions.node): string | undefined {
  const wanted = ownPackage().engines.node.replace('>=', '');
  if (!isBefore(version, wanted)) return undefined;
  return `Node.js ${wanted} or newer is needed, and this is ${version}`;
}

function isBefore(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
