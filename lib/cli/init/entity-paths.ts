import { matchesGlob, resolve, sep } from 'node:path';
import { Utils, type MikroORM } from '@mikro-orm/core';
import { nameOfFile } from '../project/name-of-file.ts';
import { UsageError } from '../usage.ts';

/**
 * Makes sure that MikroORM will not take frozen entities for those of the application.
 *
 * @param files those that are going to be version files
 * @throws UsageError if a path in its configuration leads to one
 */
export function assertNoEntities({ config }: MikroORM, files: readonly string[]): void {
  const { entities, entitiesTs, baseDir } = config.getAll();
  const preferTs = config.get('preferTs', Utils.detectTypeScriptSupport());
  const targets = preferTs && entitiesTs.length > 0 ? entitiesTs : entities;
  const paths = targets.filter(target => typeof target === 'string');
  const file = files.find(candidate => isIncluded(candidate, paths, baseDir));
  if (file === undefined) return;
  throw new UsageError(
    `MikroORM's configuration would find ${nameOfFile(file)} among its entities, in ${paths.join(', ')}: leave that folder out there with a '!' before it, or keep the Schema elsewhere, with --schema`,
  );
}

/** Tells whether paths of entities, as MikroORM reads them, lead to a file that need not be there yet. */
export function isIncluded(file: string, paths: readonly string[], baseDir: string): boolean {
  const leadsThere = (path: string) => {
    const place = resolve(baseDir, path);
    return /[*?[\]]/.test(path) ? matchesGlob(file, place) : file.startsWith(place + sep);
  };
  const without = paths.filter(path => path.startsWith('!')).map(path => path.slice(1));
  return paths.some(path => !path.startsWith('!') && leadsThere(path)) && !without.some(leadsThere);
}
