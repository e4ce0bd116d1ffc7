import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EntitySchema } from '@mikro-orm/core';
import { MikroORM as PostgresOrm } from '@mikro-orm/postgresql';
import { MikroORM as SqliteOrm } from '@mikro-orm/sqlite';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** A folder in which TypeScript is written, loaded and checked; `using` removes it. */
export class Workspace {
  readonly #folder = mkdtempSync(join(tmpdir(), 'dejavu-versions-'));
  readonly #written = new Set<string>();

  constructor() {
    symlinkSync(join(root, 'node_modules'), join(this.#folder, 'node_modules'));
    this.write('package.json', '{ "type": "module" }');
    const strict = { types: ['node'], rewriteRelativeImportExtensions: false, allowImportingTsExtensions: true };
    this.write(
      'tsconfig.json',
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: strict, include: ['**/*.ts'] }),
    );
  }

  write(name: string, text: string): void {
    const path = join(this.#folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (name.endsWith('.ts')) this.#written.add(name);
  }

  async load<T extends object = Record<string, unknown>>(name: string): Promise<T> {
    return (await import(join(this.#folder, name))) as T;
  }

  /** What strict TypeScript says about all that was written; empty if it agrees. */
  async complaints(): Promise<string> {
    if (this.#written.size === 0) throw new Error('nothing was written that could be compiled');
    const compiler = join(root, 'node_modules/.bin/tsc');
    return run(compiler, ['--noEmit', '--project', this.#folder]).then(
      ({ stdout }) => stdout,
      (error: Error & { readonly stdout: string }) => error.stdout || error.message,
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** An application on one driver or the other that never connects. */
export function offline(dialect: 'sqlite' | 'postgresql', entities: object, options: object = {}) {
  const list = Array.isArray(entities) ? entities : entitiesOf(entities);
  const made = { dbName: 'nowhere', entities: list, discovery: { warnWhenNoEntities: false }, ...options };
  return dialect === 'sqlite' ? new SqliteOrm(made) : new PostgresOrm(made);
}

/** The entities among what a module exports. */
export function entitiesOf(module: object): EntitySchema[] {
  return Object.values(module).filter((value): value is EntitySchema => EntitySchema.is(value));
}
