import { spawnSync } from 'node:child_process';
import { makeApplication, type Application } from './application.ts';
import { cleanEnv } from './run.ts';

/** An application in a repository of git. */
export interface Branches extends Application {
  /** Runs git, and answers what it said. */
  git(...args: readonly string[]): string;
  /** The same where git is to fail, as it does when it finds conflicts. */
  gitFails(...args: readonly string[]): string;
  /** Writes files, runs `dejavu next`, and commits all of it. */
  release(files: Readonly<Record<string, string>>, ...answers: readonly string[]): Promise<void>;
}

const identity = {
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_EDITOR: 'true',
};

/** An entity in a file of its own, a property in each line. */
export function entityFile(name: string, ...properties: readonly string[]): string {
  const lines = ['id: p.integer().primary()', ...properties].map(property => `    ${property},\n`);
  return `import { defineEntity, p } from '@mikro-orm/core';

export const ${name} = defineEntity({
  name: '${name}',
  properties: {
${lines.join('')}  },
});
`;
}

/** A Schema before `dejavu init`, as a person writes it. */
const schemaFile = `import { Schema } from 'mikro-orm-dejavu';

/** What the zoo keeps. */
export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1; // one higher with each release
}
`;

/** Makes a zoo of animals and keepers at version 1, committed on `main`. */
export async function makeBranches(schema = schemaFile): Promise<Branches> {
  const zoo = makeApplication(
    {},
    {
      'package.json': '{\n  "name": "zoo",\n  "type": "module",\n  "dejavu": { "schema": "./schema.ts" }\n}\n',
      '.gitignore': 'node_modules\n*.db*\n',
      'entities.ts': `export * from './animal.ts';\nexport * from './keeper.ts';\n`,
      'animal.ts': entityFile('Animal', 'name: p.string()', 'species: p.string()', 'born: p.integer().nullable()'),
      'keeper.ts': entityFile('Keeper', 'name: p.string()'),
    },
  );
  const run = (args: readonly string[]) =>
    spawnSync('git', args, { cwd: zoo.folder, encoding: 'utf8', env: cleanEnv(identity) });
  const branches: Branches = {
    ...zoo,
    git(...args) {
      const { status, stdout, stderr } = run(args);
      if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stdout}${stderr}`);
      return stdout;
    },
    gitFails(...args) {
      const { status, stdout, stderr } = run(args);
      if (status === 0) throw new Error(`git ${args.join(' ')} succeeded: ${stdout}`);
      return stdout + stderr;
    },
    async release(files, ...answers) {
      for (const [path, text] of Object.entries(files)) zoo.write(path, text);
      const { code, stderr } = await zoo.dejavu(['next', ...answers]);
      if (code !== 0) throw new Error(stderr);
      branches.git('add', '.');
      branches.git('commit', '--message', 'a release');
    },
  };
  zoo.write('schema.ts', schema);
  const { code, stderr } = await zoo.dejavu(['init']);
  if (code !== 0) throw new Error(stderr);
  branches.git('init', '--initial-branch', 'main');
  branches.git('add', '.');
  branches.git('commit', '--message', 'the first version');
  return branches;
}
