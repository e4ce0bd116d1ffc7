import { describe, expect, test } from '@jest/globals';
import type { SqliteDriver } from '@mikro-orm/sqlite';
import { Schema, type Step } from '../lib/index.ts';
import { at, describeRows } from './schema.ts';
import { postgresql, sqliteFile } from './support/databases.ts';
import { zooV1 } from './support/zoo.ts';

describe.each([sqliteFile, postgresql])('on $name', kind => {
  describeRows(kind);
});

test('a step is typed by the driver it is written for, and by any SQL driver if none is named', async () => {
  const { Zoo, ...others } = zooV1();
  class AnyZoo extends Schema {
    readonly guid = 'zoo';
    readonly latest = 2;
    async upgradeTo_2(step: Step) {
      await step.em.createQueryBuilder(Zoo).insert({ id: 2, name: 'Berlin' }).execute();
    }
  }
  class FileZoo extends Schema<SqliteDriver> {
    readonly guid = 'zoo';
    readonly latest = 3;
    async upgradeTo_3(step: Step<unknown, unknown, SqliteDriver>) {
      const driver: SqliteDriver = step.em.getDriver();
      const [row] = await step.execute<{ n: number }>('select count(*) as n from zoo where id = ?', [2]);
      const count: number | undefined = row?.n;
      await step.em.execute('update zoo set name = ?', [`${driver.getConnection().constructor.name} ${count}`]);
    }
  }
  await using database = await sqliteFile.create();
  await at(1)(database);
  await new AnyZoo(await database.orm({ Zoo, ...others })).upgrade();
  await new FileZoo(await database.orm(zooV1())).upgrade();
  expect(await database.execute('select name from zoo')).toEqual([{ name: 'SqliteConnection 1' }]);
});
