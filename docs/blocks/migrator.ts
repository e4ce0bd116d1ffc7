/*
 * Stands around the release that takes over: an ORM with the Migrator, whose one migration has not run yet.
 */
import { Migration, Migrator } from '@mikro-orm/migrations';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema } from 'mikro-orm-dejavu';

class FirstMigration extends Migration {
  override up() {
    this.addSql('create table `animal` (`id` integer not null primary key autoincrement, `name` text not null);');
  }
}

const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

const orm = await MikroORM.init({
  entities: [Animal],
  dbName: `${process.cwd()}/zoo-${process.hrtime.bigint()}.db`,
  extensions: [Migrator],
  migrations: { migrationsList: [{ name: 'FirstMigration', class: FirstMigration }], silent: true, snapshot: false },
});

// the block

await orm.close();
