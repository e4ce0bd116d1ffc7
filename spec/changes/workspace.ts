import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { EntitySchema } from '@mikro-orm/core';
import { MikroORM as PostgresOrm } from '@mikro-orm/postgresql';
import { MikroORM as SqliteOrm } from '@mikro-orm/sqlite';

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
  complaints(): string {
    if (this.#written.size === 0) throw new Error('nothing was written that could be compiled');
    const said = run(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '--project', this.#folder]);
    const written = basename(this.#folder);
    return said
      .split('\n')
      .filter(line => line.includes(written))
      .join('\n');
  }

  /** What Node prints when it runs a file as it is, or why it cannot. */
  run(name: string): string {
    return run(join(root, 'node_modules/.bin/node'), [join(this.#folder, name)]);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
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
