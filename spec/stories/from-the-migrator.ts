import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Migrator } from '@mikro-orm/migrations';
import { dejavu } from '../support/cli/run.ts';
import { makeProject } from '../support/cli/project.ts';
import type { DatabaseKind } from '../support/databases.ts';
import { stateOf } from '../support/state.ts';

/** An application as it is before it is built: its migrations are TypeScript, and somewhere else as JavaScript. */
const application = {
  'package.json': '{ "type": "module", "dejavu": { "schema": "./schema.ts" } }',
  'schema.ts': `
    import { Schema } from '@lib';
    export class ZooSchema extends Schema {
      readonly guid = 'zoo';
      readonly latest = 1;
    }`,
  'mikro-orm.config.ts': `
    import { defineEntity, p } from '@mikro-orm/core';
    import { PostgreSqlDriver } from '@mikro-orm/postgresql';
    import { Migrator } from '@mikro-orm/migrations';
    import { SqliteDriver } from '@mikro-orm/sqlite';
    const address = process.env.ZOO_DATABASE;
    export const Animal = defineEntity({
      name: 'Animal',
      properties: { id: p.integer().primary(), name: p.string() },
    });
    export default {
      ...(address.startsWith('postgres')
        ? { driver: PostgreSqlDriver, clientUrl: address }
        : { driver: SqliteDriver, dbName: address }),
      entities: [Animal],
      extensions: [Migrator],
      migrations: { path: './dist/migrations', pathTs: './migrations', snapshot: false },
    };`,
  'migrations/Migration20260101.ts': migration(1, 'create table animal (id integer not null primary key)'),
  'migrations/Migration20260202.ts': migration(2, `alter table animal add column name text not null default ''`),
};

function migration(month: number, sql: string): string {
  return `
    import { Migration } from '@mikro-orm/migrations';
    export class Migration20260${month}0${month} extends Migration {
      override up() {
        this.addSql(${JSON.stringify(sql)});
      }
    }`;
}

/** Declares the test of an application that comes from the Migrator. */
export function describeMigrator(kind: DatabaseKind): void {
  test('the command adopts once the Migrator has nothing left to do, and leaves no trace before', async () => {
    await using database = await kind.create({ pool: 1 });
    using project = makeProject(application);
    const orm = await database.orm([], {
      extensions: [Migrator],
      migrations: { path: join(project.folder, 'migrations'), silent: true, snapshot: false },
    });
    const run = { project: project.folder, env: { ZOO_DATABASE: database.address as string } };
    const migrator = orm.config.getExtension<Migrator>('@mikro-orm/migrator') as Migrator;
    await migrator.up({ to: 'Migration20260101' });
    const before = await stateOf(database);

    const refused = await dejavu(['adopt', '1'], run);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/Migrator has not run Migration20260202 here\. .*npx mikro-orm migration:up/);
    const boot = await dejavu(['upgrade', '--adopt', '1', '--json'], run);
    expect(JSON.parse(boot.stdout)).toMatchObject({ exitCode: 1, error: { code: 'TARGET_INVALID', target: 1 } });
    expect(await stateOf(database)).toEqual(before);
    expect(existsSync(join(project.folder, 'dist'))).toBe(false);
    expect(readdirSync(join(project.folder, 'migrations'))).toHaveLength(2);

    await migrator.up();
    expect(await dejavu(['adopt', '1'], run)).toMatchObject({ code: 0, stdout: 'zoo: adopted at version 1\n' });
  });
}
