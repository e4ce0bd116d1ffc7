import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeProject, type TemporaryProject } from './project.ts';
import { dejavu, type Ran } from './run.ts';

/** An application in a project of its own, whose entities a spec goes on changing; `using` removes it. */
export interface Application extends TemporaryProject {
  /** Writes the file of the entities anew. */
  entities(properties: Readonly<Record<string, string>>): void;
  read(path: string): string;
  write(path: string, text: string): void;
  has(path: string): boolean;
  /** All files of the project and what they say, but for packages and databases. */
  files(): Record<string, string>;
  /** Runs the command there. */
  dejavu(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
}

const config = `
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { SqliteDriver } from '@mikro-orm/sqlite';
import * as entities from './entities.ts';

const address = process.env['ZOO_DATABASE'] ?? 'nowhere.db';
export default {
  ...(address.startsWith('postgres')
    ? { driver: PostgreSqlDriver, clientUrl: address }
    : { driver: SqliteDriver, dbName: address }),
  entities: Object.values(entities),
  schemaGenerator: { skipTables: ['deployed_version', 'deployed_version_log'] },
};
`;

/** The file of a Schema as a person writes it. */
const zooSchema = `
import { Schema } from 'mikro-orm-dejavu';
import { versions } from './versions/index.ts';

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1; // one higher with each release
  override readonly versions = versions;
}
`.trimStart();

/**
 * Makes an application.
 *
 * @param properties those of its entities, as source by the entity's name
 * @param files further ones, by path
 */
export function makeApplication(
  properties: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): Application {
  const project = makeProject({
    'package.json': '{\n  "name": "zoo",\n  "type": "module"\n}\n',
    'mikro-orm.config.ts': config,
    'entities.ts': entitiesSource(properties),
    ...files,
  });
  const at = (path: string) => join(project.folder, path);
  return {
    ...project,
    entities: changed => writeFileSync(at('entities.ts'), entitiesSource(changed)),
    read: path => readFileSync(at(path), 'utf8'),
    write: (path, text) => writeFileSync(at(path), text),
    has: path => existsSync(at(path)),
    files() {
      const paths = readdirSync(project.folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules') && !/\.db/.test(entry.name))
        .map(entry => join(entry.parentPath, entry.name));
      return Object.fromEntries(
        paths.toSorted().map(path => [path.slice(project.folder.length + 1), readFileSync(path, 'utf8')]),
      );
    },
    dejavu: (args, env) => dejavu(args, { project: project.folder, ...(env && { env }) }),
  };
}

function entitiesSource(properties: Readonly<Record<string, string>>): string {
  const entities = Object.entries(properties).map(
    ([name, source]) =>
      `export const ${name} = defineEntity({ name: '${name}', properties: { id: p.integer().primary(), ${source} } });\n`,
  );
  return `import { defineEntity, p } from '@mikro-orm/core';\n\n${entities.join('')}`;
}

/** The entities of {@link firstVersion}. */
export const firstEntities = { Animal: 'name: p.string(), species: p.string()' };

/** A Schema at its first version, as a person wrote it. */
export const firstVersion = {
  'package.json': '{\n  "name": "zoo",\n  "type": "module",\n  "dejavu": { "schema": "./schema.ts" }\n}\n',
  'schema.ts': zooSchema,
  'versions/1.ts': `import { defineEntity, p } from '@mikro-orm/core';

export const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string(), species: p.string() },
});
`,
  'versions/index.ts': `export const versions = {
  1: { fingerprint: '1:7642ff05742373cd', load: () => import('./1.ts') },
};

export type V1 = typeof import('./1.ts');
`,
};
