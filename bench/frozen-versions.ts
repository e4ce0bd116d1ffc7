import { cpSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MikroORM } from '@mikro-orm/core';
import { fingerprint } from '../lib/models/fingerprint.ts';
import { describeModule } from '../lib/models/frozen-models.ts';
import { sqliteMemory } from '../spec/support/databases.ts';
import { ENTITIES, VERSIONS } from './history.ts';
import { kilobytes } from './sizes.ts';

/**
 * What a long history costs: the folder's size, and the time to load, describe and fingerprint its last version.
 *
 * @param folder the `versions/` of a project with it
 */
export async function frozenVersions(folder: string): Promise<string> {
  const bytes = readdirSync(folder).map(file => statSync(join(folder, file)).size);
  const all = bytes.reduce((sum, size) => sum + size, 0);
  const first = statSync(join(folder, '1.ts')).size;
  await using database = await sqliteMemory.create();
  const orm = (await database.orm([])) as unknown as MikroORM;
  // this process has imported the files themselves to write them
  const copy = `${folder}-copy`;
  cpSync(folder, copy, { recursive: true });
  const last = pathToFileURL(join(copy, `${VERSIONS}.ts`)).href;
  const began = performance.now();
  const module = (await import(last)) as object;
  const imported = performance.now();
  fingerprint(describeModule(orm, module, { name: `version ${VERSIONS}` }));
  const described = performance.now();
  return [
    `${ENTITIES} connected entities × ${VERSIONS} versions of one property each:`,
    `  folder ${kilobytes(all)}, of which version 1 ${kilobytes(first)}; copies of everything would be ${kilobytes(first * VERSIONS)}`,
    `  import of version ${VERSIONS} ${(imported - began).toFixed(0)} ms, its description and fingerprint ${(described - imported).toFixed(0)} ms`,
  ].join('\n');
}
