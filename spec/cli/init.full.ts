import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeApplication } from '../support/cli/application.ts';
import { postgresql, sqliteFile } from '../support/databases.ts';

const entities = { Animal: 'name: p.string()', Keeper: 'name: p.string(), animal: () => p.manyToOne(Animal)' };

const catalog = {
  sqlite: 'select name, sql from sqlite_master order by name',
  postgresql: `select relname, relkind from pg_class where relnamespace <> all (array['pg_catalog', 'pg_toast', 'information_schema']::regnamespace[]) order by 1`,
};

test('a project is set up, and an application that has a database goes on with it', async () => {
  await using database = await sqliteFile.create();
  await database.execute('create table animal (id integer not null primary key autoincrement, name text not null)');
  await database.execute(
    'create table keeper (id integer not null primary key autoincrement, name text not null, animal_id integer not null references animal (id))',
  );
  await database.execute('create index keeper_animal_id_index on keeper (animal_id)');
  await database.execute(`insert into animal (id, name) values (1, 'Leo')`);
  const env = { ZOO_DATABASE: database.address as string };
  using zoo = makeApplication(entities);

  const made = await zoo.dejavu(['init', '--name', 'Menagerie', '--guid', 'menagerie'], env);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toMatch(/^menagerie: Menagerie at version 1, with 2 entities\ncreated versions\/1\.ts\n/);
  expect(made.stdout).toMatch(/new Menagerie\(orm\)\.upgrade\(\)[^]*dejavu adopt 1[^]*dejavu next/);
  expect(JSON.parse(zoo.read('package.json'))).toEqual({
    name: 'zoo',
    type: 'module',
    dejavu: { schema: './schema.ts#Menagerie' },
  });

  expect(await zoo.dejavu(['adopt', '1'], env)).toMatchObject({ code: 0 });
  zoo.entities({ ...entities, Animal: 'name: p.string(), legs: p.integer().default(4)' });
  expect(await zoo.dejavu(['next'], env)).toMatchObject({ code: 0 });
  expect(await zoo.dejavu(['upgrade'], env)).toMatchObject({ code: 0 });
  expect(await database.execute('select * from animal')).toEqual([{ id: 1, name: 'Leo', legs: 4 }]);
});

for (const kind of [sqliteFile, postgresql]) {
  test(`what only a migration made is listed, with what to do about it, on ${kind.dialect}`, async () => {
    await using database = await kind.create();
    const env = { ZOO_DATABASE: database.address as string };
    using zoo = makeApplication(
      { Animal: 'name: p.string(), status: p.string()' },
      {
        'second.ts': `
import { Schema } from 'mikro-orm-dejavu';

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}
`,
      },
    );
    const unseen = await zoo.dejavu(['init', '--dry-run', '--json'], env);
    expect(JSON.parse(unseen.stdout).schemas[0]).not.toHaveProperty('onlyInDatabase');

    const id = kind.dialect === 'sqlite' ? 'integer not null primary key autoincrement' : 'serial primary key';
    const text = kind.dialect === 'sqlite' ? 'text' : 'varchar(255)';
    await database.execute(`create table animal (id ${id}, name ${text} not null, status ${text} not null)`);
    await database.execute('create table older (id integer)');
    await database.execute('create index animal_lower on animal (lower(status))');
    const before = await database.execute(catalog[kind.dialect]);
    for (const schema of ['./schema.ts', './second.ts']) {
      const shown = await zoo.dejavu(['init', '--dry-run', '--json', '--schema', schema], env);
      expect(JSON.parse(shown.stdout)).toMatchObject({ schemas: [{ onlyInDatabase: ['animal.index.animal_lower'] }] });
    }

    const made = await zoo.dejavu(['init'], env);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toMatch(
      /zoo: .* has parts that the entities do not declare\. A fresh install will not have them:\n {2}animal\n {4}index animal_lower is extra/,
    );
    expect(made.stdout).toContain('declare them on the entities, and run npx dejavu next and then npx dejavu adopt.');
    const extra = `override readonly extra = ['animal.index.animal_lower'];`;
    expect(made.stdout).toContain(extra);
    expect(made.stdout).not.toContain('older');
    expect(made.stdout).not.toContain('other place');
    expect(await database.execute(catalog[kind.dialect])).toEqual(before);

    expect(await zoo.dejavu(['adopt', '1'], env)).toMatchObject({ code: 7 });
    zoo.write('schema.ts', zoo.read('schema.ts').replace('= versions;', `= versions;\n  ${extra}`));
    expect(await zoo.dejavu(['adopt', '1'], env)).toMatchObject({ code: 0 });
  });
}

test('what only a migration made is declared, and the database is adopted with it', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  await database.execute('create table animal (id integer not null primary key autoincrement, name text not null)');
  const index = 'create index animal_lower on animal (lower(name))';
  await database.execute(index);
  using zoo = makeApplication({ Animal: 'name: p.string()' });
  await zoo.dejavu(['init'], env);
  zoo.write(
    'entities.ts',
    zoo
      .read('entities.ts')
      .replace('p.string() } }', `p.string() }, indexes: [{ name: 'animal_lower', expression: '${index}' }] }`),
  );
  expect(await zoo.dejavu(['next'], env)).toMatchObject({ code: 0 });
  expect(await zoo.dejavu(['adopt'], env)).toMatchObject({ code: 0, stdout: 'zoo: adopted at version 2\n' });
  expect(await zoo.dejavu(['check', '--storage'], env)).toMatchObject({ code: 0 });
});

test('a database that differs otherwise is named, and one that cannot be reached is not waited for', async () => {
  await using database = await sqliteFile.create();
  await database.execute('create table animal (id integer not null primary key autoincrement)');
  using zoo = makeApplication(entities);
  const differing = await zoo.dejavu(['init', '--dry-run'], { ZOO_DATABASE: database.address as string });
  expect(differing).toMatchObject({ code: 0, stderr: '' });
  expect(differing.stdout).toMatch(
    /zoo: .* differs from the entities in 2 other places\. To list them: npx dejavu adopt 1/,
  );
  const nowhere = await zoo.dejavu(['init'], { ZOO_DATABASE: 'postgresql://nobody@127.0.0.1:1/zoo' });
  expect(nowhere).toMatchObject({ code: 0, stderr: '' });
  expect(nowhere.stdout).toMatch(/^zoo: ZooSchema at version 1, with 2 entities\ncreated /);
});

test('a second Schema is listed next to the first, has a guid of its own, and a foreign key into the first', async () => {
  using zoo = makeApplication({ Animal: 'name: p.string()', Keeper: 'animal: () => p.manyToOne(Animal)' });
  await zoo.dejavu(['init']);
  zoo.write(
    'schema.ts',
    zoo
      .read('schema.ts')
      .replace('import', `import { Animal } from './entities.ts';\nimport`)
      .replace('latest = 1;', 'latest = 1;\n  override readonly entities = [Animal];'),
  );
  const before = zoo.files();
  const second = ['init', '--schema', './keepers.ts'];
  const sameGuid = await zoo.dejavu(second);
  expect(sameGuid).toMatchObject({ code: 64, stdout: '' });
  expect(sameGuid.stderr).toContain(
    `The guid 'zoo' belongs to ZooSchema. Give the new Schema another guid: npx dejavu init --schema ./keepers.ts --guid <guid>`,
  );
  // Without the file of a new Schema, `init` means those that are there.
  for (const [flags, said] of [
    [
      ['--guid', 'keepers'],
      `No Schema has the guid 'keepers'. The guids are: zoo. To write a new Schema, name its file: npx dejavu init --schema <path> --guid keepers`,
    ],
    [
      ['--name', 'KeepersSchema', '--guid', 'keepers'],
      `--name is for a new Schema, and ./schema.ts exists. To write a new Schema, name its file: npx dejavu init --schema <path> --name KeepersSchema --guid keepers`,
    ],
  ] as const) {
    const refused = await zoo.dejavu(['init', ...flags]);
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    expect(refused.stderr).toContain(said);
  }
  expect(zoo.files()).toEqual(before);
  const made = await zoo.dejavu([...second, '--guid', 'keepers']);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toContain(
    'keepers: Keeper.animal refers to Animal of zoo. Add to KeepersSchema, so that zoo comes first: override readonly dependsOn = { zoo: 1 };\n',
  );
  // Comparing with the database creates none.
  expect(existsSync(join(zoo.folder, 'zoo.db'))).toBe(false);
  expect(made.stdout).toContain('changed package.json');
  expect(made.stdout).not.toContain('Name the file in each command');
  expect(JSON.parse(zoo.read('package.json'))).toEqual({
    name: 'zoo',
    type: 'module',
    dejavu: { schema: ['./schema.ts#ZooSchema', './keepers.ts#KeepersSchema'] },
  });
  // Of the entities of the first, the version has the key that it refers to.
  const files = Object.entries(zoo.files()).filter(([, text]) => text.includes('ofOtherSchemas = { Animal }'));
  expect(files).toHaveLength(1);
  expect(files[0]?.[1]).toContain("const Animal = defineEntity({\n  name: 'Animal',\n  tableName: 'animal',");
  const checked = await zoo.dejavu(['check', '--offline', '--json']);
  expect(JSON.parse(checked.stdout)).toMatchObject({
    schemas: [
      { guid: 'zoo', undeclaredNeeds: [] },
      { guid: 'keepers', undeclaredNeeds: [{ property: 'Keeper.animal', entity: 'Animal', guid: 'zoo', version: 1 }] },
    ],
  });
});

test('a class without versions keeps them from now on; twice does nothing', async () => {
  using zoo = makeApplication(entities, {
    'package.json': '{ "name": "zoo", "type": "module", "dejavu": { "schema": "./src/all.ts" } }',
    'src/all.ts': `export { ZooSchema } from './zoo.ts';\n`,
    'src/zoo.ts': `import { Schema } from 'mikro-orm-dejavu';

/** Every animal. */
export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 3; // since May

  async upgradeTo_3() {}
}
`,
  });
  const begin = await zoo.dejavu(['next']);
  expect(begin).toMatchObject({ code: 1, stdout: '' });
  expect(begin.stderr).toContain('zoo: this Schema keeps no frozen versions');
  expect(begin.stderr).toContain('dejavu init');
  const before = zoo.files();
  const shown = await zoo.dejavu(['init', '--dry-run', '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({
    schemas: [{ guid: 'zoo', outcome: 'drafted', version: 3, files: [{ path: 'src/versions/3.ts' }, {}, {}] }],
  });
  expect(zoo.files()).toEqual(before);

  expect(await zoo.dejavu(['init'])).toMatchObject({ code: 0, stderr: '' });
  const files = zoo.files();
  expect(files['src/zoo.ts']).toBe(
    before['src/zoo.ts']
      ?.replace(`dejavu';\n`, `dejavu';\nimport { versions } from './versions/index.ts';\n`)
      .replace('// since May\n', '// since May\n  override readonly versions = versions;\n'),
  );
  expect(files['package.json']).toBe(before['package.json']);
  expect(await zoo.dejavu(['check', '--offline'])).toMatchObject({ code: 0 });
  expect(await zoo.dejavu(['init'])).toMatchObject({ code: 0, stdout: 'zoo: version 3 is already frozen\n' });
  expect(zoo.files()).toEqual(files);
});

test('a latest that nobody froze is frozen, beside the versions that are', async () => {
  using zoo = makeApplication(entities);
  await zoo.dejavu(['init']);
  zoo.write('schema.ts', zoo.read('schema.ts').replace('latest = 1;', 'latest = 2;\n\n  async upgradeTo_2() {}'));
  const told = await zoo.dejavu(['check', '--offline']);
  expect(told.stderr).toContain('Freeze the entities: `npx dejavu init`.');
  expect(await zoo.dejavu(['init'])).toMatchObject({ code: 0, stderr: '' });
  expect(zoo.read('versions/2.ts')).toContain(`export { Animal, Keeper } from './1.ts';`);
  expect(await zoo.dejavu(['check', '--offline'])).toMatchObject({ code: 0 });
});

test('nothing is overwritten, and nothing is made of nothing', async () => {
  using zoo = makeApplication(entities, {
    'versions/1.ts': '// mine\n',
    'empty.config.ts': `
    import config from './mikro-orm.config.ts';
    export default { ...config, entities: [], discovery: { warnWhenNoEntities: false } };
  `,
  });
  const before = zoo.files();
  const inTheWay = await zoo.dejavu(['init']);
  expect(inTheWay).toMatchObject({ code: 64, stdout: '' });
  expect(inTheWay.stderr).toContain('versions/1.ts already exists. Nothing was written.');
  const none = await zoo.dejavu(['init', '--config', 'empty.config.ts']);
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(none.stderr).toContain('zoo: This Schema has no entities');
  const noSchema = await zoo.dejavu(['init', '--schema', 'entities.ts']);
  expect(noSchema).toMatchObject({ code: 64, stdout: '' });
  expect(noSchema.stderr).toContain('entities.ts exports no Schema');
  expect(zoo.files()).toEqual(before);
});

test('entities are found by paths as well, unless those lead to the versions themselves', async () => {
  const config = (path: string) =>
    `import { defineConfig } from '@mikro-orm/sqlite';\nexport default defineConfig({ dbName: 'zoo.db', entities: ['dist'], entitiesTs: ['${path}'] });\n`;
  using zoo = makeApplication(entities, {
    'mikro-orm.config.ts': config('src/entities/*.ts'),
    'wide.config.ts': config('src'),
    'src/entities/animal.ts': `
      import { defineEntity, p } from '@mikro-orm/core';
      export const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
    `,
  });
  const before = zoo.files();
  const wide = await zoo.dejavu(['init', '--config', 'wide.config.ts']);
  expect(wide).toMatchObject({ code: 64, stdout: '' });
  expect(wide.stderr).toContain(
    "would load src/versions/1.ts as an entity, because 'entities' contains src. Exclude that folder",
  );
  expect(zoo.files()).toEqual(before);
  expect(await zoo.dejavu(['init'])).toMatchObject({ code: 0, stderr: '' });
  expect(zoo.read('src/versions/1.ts')).toContain(`name: 'Animal'`);
  expect(zoo.read('src/schema.ts')).toContain('class ZooSchema');
});

const byPath = {
  'mikro-orm.config.ts': `import { defineConfig } from '@mikro-orm/sqlite';\nexport default defineConfig({ dbName: 'zoo.db', entities: ['dist/entities/*.js'], entitiesTs: ['src/entities/*.ts'] });\n`,
  'src/entities/animal.ts': `import { defineEntity, p } from '@mikro-orm/core';
export const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
`,
};
const tsconfig = (options: object) =>
  JSON.stringify({
    compilerOptions: { module: 'nodenext', strict: true, types: [], outDir: 'dist', ...options },
    include: ['src'],
  });

test('what is written compiles and loads where .ts is rewritten', async () => {
  using zoo = makeApplication(entities, {
    ...byPath,
    'tsconfig.json': tsconfig({ rewriteRelativeImportExtensions: true }),
  });
  const made = await zoo.dejavu(['init']);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).not.toContain('TypeScript does not accept');
  expect(zoo.read('src/schema.ts')).toContain(`from './versions/index.ts'`);
  expect(zoo.read('src/versions/index.ts')).toContain(`import('./1.ts')`);
});

test('where the compiler and the loader take no name in common, nothing is written, and both ways out are named', async () => {
  using zoo = makeApplication(entities, { ...byPath, 'tsconfig.json': tsconfig({}) });
  const before = zoo.files();
  const refused = await zoo.dejavu(['init']);
  expect(refused).toMatchObject({ code: 64, stdout: '' });
  expect(refused.stderr).toContain('"rewriteRelativeImportExtensions": true');
  expect(refused.stderr).toContain('npm install --save-dev tsx');
  expect(zoo.files()).toEqual(before);
});

test('the configuration keeps the schema generator from dropping the version: init writes that, check and status miss it', async () => {
  const bare = `import { defineConfig } from '@mikro-orm/sqlite';
import * as entities from './entities.ts';

export default defineConfig({
  dbName: 'zoo.db',
  entities: Object.values(entities),
});
`;
  using zoo = makeApplication(entities, { 'mikro-orm.config.ts': bare });
  const made = await zoo.dejavu(['init']);
  expect(made.stdout).toContain('changed mikro-orm.config.ts');
  const setting = "schemaGenerator: { skipTables: ['deployed_version', 'deployed_version_log'] }";
  expect(zoo.read('mikro-orm.config.ts')).toBe(bare.replace('});', `  ${setting},\n});`));
  await zoo.dejavu(['install']);
  const calm = await zoo.dejavu(['check', '--json']);
  expect(JSON.parse(calm.stdout)).toMatchObject({ exitCode: 0, schemas: [{ isProtected: true }] });

  zoo.write('mikro-orm.config.ts', bare);
  for (const command of ['check', 'status']) {
    const { code, stdout } = await zoo.dejavu([command]);
    expect(code).toBe(0);
    expect(stdout).toContain('mikro-orm schema:update would drop the version of the database.');
    expect(stdout).toContain(setting);
  }
});

test('what cannot be imported once it is written is taken back', async () => {
  using zoo = makeApplication(entities, {
    'broken.config.ts': `
      import { isMainThread } from 'node:worker_threads';
      import { existsSync } from 'node:fs';
      if (!isMainThread && existsSync('schema.ts')) throw new Error('not with a schema');
      export { default } from './mikro-orm.config.ts';
    `,
  });
  const before = zoo.files();
  const failed = await zoo.dejavu(['init', '--config', 'broken.config.ts']);
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect(failed.stderr).toContain('Nothing was written. not with a schema');
  expect(zoo.files()).toEqual(before);
});
