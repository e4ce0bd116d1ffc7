import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineEntity, type EntitySchema, MikroORM, p } from '@mikro-orm/sqlite';
import { ClassEditor } from '../lib/class-source/class-editor.ts';
import { newSchemaSource } from '../lib/cli/commands/init/new-schema.ts';
import { describeEntities } from '../lib/models/describe-entities.ts';
import { fingerprint } from '../lib/models/fingerprint.ts';
import { resolve } from '../lib/changes/resolve-answers.ts';
import { stepSource } from '../lib/step-source/step-methods.ts';
import { withVersion } from '../lib/version-file/version-lines.ts';
import { type EarlierVersion, versionSource } from '../lib/version-file/version-source.ts';

export const ENTITIES = 100;
export const VERSIONS = 50;

/**
 * Writes the project of an application with a long history: its entities, its Schema with every step, and each version as
 * `dejavu next` freezes it. Each gave one entity one property more.
 */
export async function writeHistory(folder: string): Promise<void> {
  const place = { path: join(folder, 'schema.ts'), className: 'HistorySchema' };
  mkdirSync(join(folder, 'versions'), { recursive: true });
  let schema = newSchemaSource({ className: place.className, guid: 'history', override: true });
  let index: string | undefined;
  let earlier: EarlierVersion | undefined;
  let before = describeEntities(offline(0));
  for (let version = 1; version <= VERSIONS; version += 1) {
    const orm = offline(version);
    const after = describeEntities(orm);
    const text = versionSource(orm, version, { earlier });
    const path = join(folder, 'versions', `${version}.ts`);
    writeFileSync(path, text);
    index = withVersion(index, { version, fingerprint: fingerprint(after) });
    if (version > 1)
      schema = new ClassEditor(schema, place).addStep(version, stepSource(resolve(before, after), { version }));
    earlier = { version, module: (await import(pathToFileURL(path).href)) as object, text };
    before = after;
  }
  const files = {
    'package.json': JSON.stringify({
      name: 'history',
      type: 'module',
      dejavu: { schema: './schema.ts' },
      // without it, MikroORM's own command would not run
      devDependencies: { '@mikro-orm/cli': '*' },
    }),
    'mikro-orm.config.ts': CONFIG,
    // one that has nothing before it has all entities in it
    'entities.ts': versionSource(offline(VERSIONS), VERSIONS),
    'schema.ts': schema,
    'versions/index.ts': index ?? '',
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
}

const CONFIG = `import { defineConfig } from '@mikro-orm/sqlite';
import * as entities from './entities.ts';

export default defineConfig({ dbName: 'history.db', entities: Object.values(entities) });
`;

function offline(version: number): MikroORM {
  return new MikroORM({ dbName: 'nowhere', entities: entitiesAt(version), discovery: { warnWhenNoEntities: false } });
}

/** The entities of one version, each referring to the one before it; none of version 0. */
function entitiesAt(version: number): EntitySchema[] {
  const entities: EntitySchema[] = [];
  const count = version === 0 ? 0 : ENTITIES;
  for (let n = 0; n < count; n += 1) {
    const parent = entities.at(-1);
    const since = Array.from({ length: version + 1 }, (_, at) => at).filter(at => at > 1 && (at * 7) % ENTITIES === n);
    const properties = {
      id: p.integer().primary(),
      name: p.string().index(),
      amount: p.integer().default(0),
      note: p.text().nullable(),
      ...Object.fromEntries(since.map(at => [`extra${at}`, p.integer().nullable()])),
      ...(parent && { parent: () => p.manyToOne(parent).nullable() }),
    };
    entities.push(defineEntity({ name: `Thing${n}`, properties }));
  }
  return entities;
}
