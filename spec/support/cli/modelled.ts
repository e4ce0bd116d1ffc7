import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MikroORM, type Options } from '@mikro-orm/sql';
import type { Schema } from '../../../lib/index.ts';
import { verify } from '../../../lib/verify/index.ts';
import type { TestDatabase } from '../databases.ts';
import { compiled, hasDecorators } from './decorators.ts';
import { makeProject, type TemporaryProject } from './project.ts';
import { dejavu, type Ran } from './run.ts';

const root = resolve(import.meta.dirname, '../../..');

/** A configuration as somebody has it who has a database and no entities. */
const config = `
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { SqliteDriver } from '@mikro-orm/sqlite';

const address = process.env['MODELLED_DATABASE'] ?? 'nowhere.db';
const where = address.startsWith('postgres')
  ? { driver: PostgreSqlDriver, clientUrl: address }
  : { driver: SqliteDriver, dbName: address };

export default {
  ...where,
};
`.trimStart();

/** What stood in a file once, and what stands there now. */
export type Edit = readonly [file: string, from: string | RegExp, to: string];

/** A project that begins with a database; `using` removes it. */
export class ModelledProject {
  #database: TestDatabase;
  readonly #project: TemporaryProject;
  readonly #options: object;
  #env: Readonly<Record<string, string>> = {};
  #loads = 0;

  /** @param options what its tsconfig.json has in addition; `init` reads it there */
  constructor(
    name: string,
    database: TestDatabase,
    { files, options = {} }: { readonly files?: Readonly<Record<string, string>>; readonly options?: object } = {},
  ) {
    this.#database = database;
    this.#options = options;
    this.#project = makeProject({
      'package.json': `${JSON.stringify({ name, private: true, type: 'module' }, undefined, 2)}\n`,
      'src/mikro-orm.config.ts': config,
      ...files,
    });
  }

  /** Goes on with another database. */
  on(database: TestDatabase): this {
    this.#database = database;
    return this;
  }

  #at(path: string): string {
    return join(this.#project.folder, path);
  }

  read(path: string): string {
    return readFileSync(this.#at(path), 'utf8');
  }

  /** All files of the project. */
  files(): string[] {
    return readdirSync(this.#project.folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .map(entry => join(entry.parentPath, entry.name).slice(this.#project.folder.length + 1))
      .toSorted();
  }

  write(path: string, text: string): void {
    writeFileSync(this.#at(path), text);
  }

  /** Edits files as a developer would. */
  edit(...edits: readonly Edit[]): void {
    for (const [file, from, to] of edits) {
      const text = this.read(file);
      const after = text.replace(from, to);
      if (after === text) throw new Error(`${file} does not have ${from}:\n${text}`);
      this.write(file, after);
    }
  }

  dejavu(...args: readonly string[]): Promise<Ran> {
    return dejavu(args, {
      project: this.#project.folder,
      env: { MODELLED_DATABASE: this.#database.address as string, ...this.#env },
    });
  }

  /** Lets Node.js import classes with decorators, as a loader of the project would. */
  compileDecorators(): this {
    this.#env = { NODE_OPTIONS: `--import=${new URL('decorator-loader.ts', import.meta.url).href}` };
    this.#writeConfig();
    return this;
  }

  /** What strict TypeScript says of all files; empty if it agrees. */
  complaints(): string {
    this.#writeConfig();
    const tsc = join(root, 'node_modules/.bin/tsc');
    return spawnSync(tsc, ['--project', this.#project.folder], { encoding: 'utf8' }).stdout;
  }

  #writeConfig(): void {
    const options = { types: ['node'], noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true };
    const compilerOptions = {
      ...options,
      ...this.#options,
      strict: true,
      module: 'nodenext',
      target: 'es2024',
      lib: ['es2024', 'esnext'],
    };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src'] }));
  }

  /** Starts the application as its files are now, and ends it. */
  async running<T>(work: (schema: Schema, orm: MikroORM) => Promise<T>): Promise<T> {
    process.env['MODELLED_DATABASE'] = this.#database.address;
    // Beside the sources: a module is imported once for each place, and entities belong to one ORM
    const copy = this.#at(`loaded-${++this.#loads}`);
    cpSync(this.#at('src'), copy, { recursive: true });
    for (const entry of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
      const file = join(copy, entry);
      const text = file.endsWith('.ts') ? readFileSync(file, 'utf8') : '';
      if (hasDecorators(text)) writeFileSync(file, compiled(text));
    }
    const schemas = (await import(join(copy, 'schema.ts'))) as Record<string, new (orm: object) => Schema>;
    const { default: options } = (await import(join(copy, 'mikro-orm.config.ts'))) as { default: Options };
    const [SchemaClass] = Object.values(schemas);
    if (!SchemaClass) throw new Error('schema.ts exports nothing');
    const orm = await MikroORM.init({ ...options, allowGlobalContext: true });
    try {
      return await work(new SchemaClass(orm), orm);
    } finally {
      await orm.close(true);
    }
  }

  /** Upgrades the database as its application does, and returns how its storage differs then. */
  async upgrade(): Promise<readonly string[]> {
    return this.running(async schema => {
      const { outcome } = await schema.upgrade();
      const { differences } = await verify(schema);
      return [outcome, ...differences.map(({ kind, path }) => `${kind} ${path.join('.')}`)];
    });
  }

  [Symbol.dispose](): void {
    this.#project[Symbol.dispose]();
  }
}
