import { basename } from 'node:path';
import type { Flags } from '../flags.ts';
import type { Location } from '../locations.ts';
import { UsageError } from '../usage.ts';
import { packageName } from './package-json.ts';
import type { Naming } from './stand-in.ts';

/**
 * Names a new Schema: as the command line says, or else after the package, or the folder.
 *
 * @throws UsageError for a name that no class can have, and for several guids
 */
export function nameSchema({ name: exported }: Location, { name, guid: guids }: Pick<Flags, 'name' | 'guid'>): Naming {
  if (guids && guids.length > 1) throw new UsageError(`a Schema has one guid, and there are ${guids.join(', ')}`);
  const guid = guids?.[0] ?? packageName() ?? basename(process.cwd());
  const className = name ?? exported ?? classNameFor(guid);
  if (!/^\p{ID_Start}\p{ID_Continue}*$/u.test(className)) {
    throw new UsageError(`${className} is no name for a class: say --name`);
  }
  return { guid, className };
}

/** `zoo-keeper` → `ZooKeeperSchema`. */
export function classNameFor(guid: string): string {
  const words = guid.split(/[^\p{L}\p{N}]+/u).filter(word => word !== '');
  const said = words.map(word => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
  const name = /^\p{N}/u.test(said) ? `App${said}` : said;
  return /schema$/i.test(name) ? name : `${name}Schema`;
}
