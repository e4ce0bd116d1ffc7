import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Options } from '@mikro-orm/sql';
import type { Schema } from '../../../lib/index.ts';
import { makeProject, type TemporaryProject } from '../../support/cli/project.ts';
import { dejavu, type Ran } from '../../support/cli/run.ts';
import type { SampleName } from './data.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What a developer does to a file: what stood there once, and what stands there now. */
export type Edit = readonly [from: string, to: string];

/** A release of an application, loaded by itself: no two ORMs may share entities. */
export interface Loaded {
  readonly Schema: new (orm: object) => Schema;
  readonly config: Options;
}

/** An application that lives in a folder of its own for each of its releases; `using` removes it. */
export class SampleProject {
  readonly #sample: SampleName;
  readonly #project: TemporaryProject;
  #loads = 0;

  /** Begins with the configuration and the entities of the first release. */
  constructor(sample: SampleName) {
    this.#sample = sample;
    const files = readdirSync(join(import.meta.dirname, sample))
      .filter(file => file !== 'releases.ts')
      .map(file => [`1/${file}`, readFileSync(join(import.meta.dirname, sample, file), 'utf8')]);
    const manifest = JSON.stringify({ name: sample, private: true, type: 'module' }, undefined, 2);
    this.#project = makeProject({ ...Object.fromEntries(files), '1/package.json': `${manifest}\n` });
  }

  #at(release: number): string {
    return join(this.#project.folder, String(release));
  }

  /** Goes on from one release to the next. */
  branch(release: number): void {
    cpSync(this.#at(release - 1), this.#at(release), { recursive: true });
  }

  /** Where a file of a release is. */
  fileOf(release: number, file: string): string {
    return join(this.#at(release), file);
  }

  #read(release: number, file: string): string {
    return readFileSync(this.fileOf(release, file), 'utf8');
  }

  #write(release: number, file: string, text: string): void {
    writeFileSync(this.fileOf(release, file), text);
  }

  /** Edits a file as a developer would; each place has to be there, and there once. */
  edit(release: number, file: string, edits: readonly Edit[]): void {
    const text = edits.reduce(
      (before, [from, to]) => {
        const [head = '', tail, ...more] = before.split(from);
        if (tail === undefined || more.length > 0)
          throw new Error(`not once in ${file} of release ${release}: ${from}`);
        return head + to + tail;
      },
      this.#read(release, file),
    );
    this.#write(release, file, text);
  }

  /** Runs the command in the folder of a release. */
  dejavu(release: number, args: readonly string[], address: string): Promise<Ran> {
    return dejavu(args, { project: this.#at(release), env: { [this.#sample.toUpperCase()]: address } });
  }

  /** What strict TypeScript says about a release; empty if it agrees. */
  complaints(release: number): string {
    const options = { types: ['node'], rewriteRelativeImportExtensions: false, allowImportingTsExtensions: true };
    const extended = { extends: join(root, 'tsconfig.json'), compilerOptions: options, include: ['**/*.ts'] };
    this.#write(release, 'tsconfig.json', JSON.stringify(extended));
    const tsc = join(root, 'node_modules/.bin/tsc');
    return spawnSync(tsc, ['--noEmit', '--project', this.#at(release)], { encoding: 'utf8' }).stdout;
  }

  /** Loads a release, configured for a database. */
  async load(release: number, address: string): Promise<Loaded> {
    process.env[this.#sample.toUpperCase()] = address;
    const copy = join(this.#project.folder, `loaded-${++this.#loads}`);
    cpSync(this.#at(release), copy, { recursive: true });
    const schema = (await import(join(copy, 'schema.ts'))) as Record<string, Loaded['Schema']>;
    const { default: config } = (await import(join(copy, 'mikro-orm.config.ts'))) as { default: Options };
    const [Schema] = Object.values(schema);
    if (!Schema) throw new Error('schema.ts exports nothing');
    return { Schema, config };
  }

  [Symbol.dispose](): void {
    this.#project[Symbol.dispose]();
  }
}
