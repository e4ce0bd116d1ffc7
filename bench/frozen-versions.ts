import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MikroORM } from '@mikro-orm/core';
import { fingerprint } from '../lib/models/fingerprint.ts';
import { describeModule } from '../lib/models/frozen.ts';
import { sqliteMemory } from '../spec/support/databases.ts';

const ENTITIES = 100;
const VERSIONS = 50;

/** What a long history costs: the folder's size, and the time to load, describe and fingerprint its last version. */
export async function frozenVersions(): Promise<string> {
  // inside the checkout, so that the files find MikroORM
  const folder = mkdtempSync(join(process.cwd(), 'bench', '.versions-'));
  try {
    writeHistory(folder);
    const files = readdirSync(folder).map(file => statSync(join(folder, file)).size);
    const bytes = files.reduce((sum, size) => sum + size, 0);
    const whole = statSync(join(folder, '1.ts')).size;
    await using database = await sqliteMemory.create();
    const orm = (await database.orm([])) as unknown as MikroORM;
    const began = performance.now();
    const module = (await import(pathToFileURL(join(folder, `${VERSIONS}.ts`)).href)) as object;
    const imported = performance.now();
    fingerprint(describeModule(orm, module, { name: `version ${VERSIONS}` }));
    const described = performance.now();
    return [
      `${ENTITIES} connected entities × ${VERSIONS} versions of one property each:`,
      `  folder ${kilobytes(bytes)}, of which version 1 ${kilobytes(whole)}; copies of everything would be ${kilobytes(whole * VERSIONS)}`,
      `  import of version ${VERSIONS} ${(imported - began).toFixed(0)} ms, its description and fingerprint ${(described - imported).toFixed(0)} ms`,
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each version gives one entity one property more, and shares the rest. */
function writeHistory(folder: string): void {
  const home = new Map(Array.from({ length: ENTITIES }, (_, n) => [n, 1]));
  for (let version = 1; version <= VERSIONS; version += 1) {
    const changed = version === 1 ? [...home.keys()] : [(version * 7) % ENTITIES];
    for (const n of changed) home.set(n, version);
    const own = changed.map(n => entity(n, version));
    const shared = [...home].filter(([, at]) => at !== version);
    const parents = new Set(changed.map(n => n - 1).filter(n => n >= 0 && home.get(n) !== version));
    const lines = [
      `import { defineEntity, p } from '@mikro-orm/core';`,
      ...[...parents].map(n => `import { Thing${n} } from './${home.get(n)}.ts';`),
      ...shared.map(([n, at]) => `export { Thing${n} } from './${at}.ts';`),
      ...own,
    ];
    writeFileSync(join(folder, `${version}.ts`), `${lines.join('\n')}\n`);
  }
}

function entity(n: number, version: number): string {
  const more = version === 1 ? '' : ` extra${version}: p.integer().nullable(),`;
  const parent = n === 0 ? '' : ` parent: () => p.manyToOne(Thing${n - 1}).nullable(),`;
  return `export const Thing${n} = defineEntity({ name: 'Thing${n}', properties: { id: p.integer().primary(), name: p.string().index(), amount: p.integer().default(0), note: p.text().nullable(),${more}${parent} } });`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} kB`;
}
