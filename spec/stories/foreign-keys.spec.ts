import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { Schema, type Step } from '../../lib/index.ts';
import { sqliteFile, sqliteMemory, type TestDatabase } from '../support/databases.ts';

/** Parents whose children go when they go. */
function family(nameIsRequired: boolean) {
  const Parent = defineEntity({
    name: 'Parent',
    properties: {
      id: p.integer().primary(),
      name: nameIsRequired ? p.string() : p.string().nullable(),
    },
  }) as unknown as EntitySchema;
  const Child = defineEntity({
    name: 'Child',
    properties: { id: p.integer().primary(), parent: () => p.manyToOne(Parent as never).deleteRule('cascade') },
  } as never) as unknown as EntitySchema;
  return { Parent, Child };
}

class Families extends Schema {
  readonly guid = 'families';
  readonly latest: number = 1;
}

class StricterFamilies extends Schema {
  readonly guid = 'families';
  readonly latest = 2;
  readonly #parent: EntitySchema;
  readonly #meanwhile: () => void;

  constructor(orm: ConstructorParameters<typeof Schema>[0], parent: EntitySchema, meanwhile: () => void = () => {}) {
    super(orm);
    this.#parent = parent;
    this.#meanwhile = meanwhile;
  }

  async upgradeTo_2(step: Step) {
    this.#meanwhile();
    // NULL → NOT NULL is a rebuild of the table on SQLite
    await step.alterProperty(this.#parent, 'name' as never, { fill: 'nobody' });
  }
}

async function populated(database: TestDatabase): Promise<void> {
  const orm = await database.orm(family(false));
  await new Families(orm).upgrade();
  await database.execute(`insert into parent (id, name) values (1, 'Ann'), (2, null), (3, 'Bob')`);
  await database.execute(`insert into child (id, parent_id) values (1, 1), (2, 1), (3, 2), (4, 3)`);
}

for (const kind of [sqliteMemory, sqliteFile]) {
  describe(`a table that others refer to, rebuilt on ${kind.name}`, () => {
    test('keeps every child of every parent', async () => {
      await using database = await kind.create();
      await populated(database);
      const entities = family(true);
      await new StricterFamilies(await database.orm(entities), entities.Parent).upgrade();
      expect(await database.execute('select id, name from parent order by id')).toEqual([
        { id: 1, name: 'Ann' },
        { id: 2, name: 'nobody' },
        { id: 3, name: 'Bob' },
      ]);
      expect(await database.execute('select id, parent_id from child order by id')).toEqual([
        { id: 1, parent_id: 1 },
        { id: 2, parent_id: 1 },
        { id: 3, parent_id: 2 },
        { id: 4, parent_id: 3 },
      ]);
    });

    test('lets the rest of the process write, and refuses its orphans as ever', async () => {
      await using database = await kind.create();
      await populated(database);
      const entities = family(true);
      const orm = await database.orm(entities);
      const writes: Promise<unknown>[] = [];
      const write = (sql: string) =>
        writes.push(
          orm.em
            .fork()
            .execute(sql)
            .catch((error: unknown) => error),
        );
      const zoo = new StricterFamilies(orm, entities.Parent, () => {
        // not awaited: they wait for the connection that the step has
        write('insert into child (id, parent_id) values (5, 3)');
        write('insert into child (id, parent_id) values (6, 99)');
      });
      await zoo.upgrade();
      write('insert into child (id, parent_id) values (7, 98)');
      const [, orphan, later] = await Promise.all(writes);
      expect(String(orphan)).toContain('FOREIGN KEY constraint failed');
      expect(String(later)).toContain('FOREIGN KEY constraint failed');
      expect(await database.execute('select id from child order by id')).toEqual([1, 2, 3, 4, 5].map(id => ({ id })));
      expect(await database.execute('pragma foreign_key_check')).toEqual([]);
    });
  });
}

test('the same change through the Migrator, by the usual four statements, deletes the children', async () => {
  await using database = await sqliteFile.create();
  await populated(database);
  class Stricter extends Migration {
    override async up(): Promise<void> {
      this.addSql('create table parent_new (id integer not null primary key autoincrement, name text not null)');
      this.addSql(`insert into parent_new select id, coalesce(name, 'nobody') from parent`);
      this.addSql('drop table parent');
      this.addSql('alter table parent_new rename to parent');
    }
  }
  const orm = await database.orm(family(true), {
    extensions: [Migrator],
    logger: () => {},
    migrations: { migrationsList: [{ name: 'Stricter', class: Stricter }], snapshot: false },
  });
  await orm.migrator.up();
  expect(await database.execute('select count(*) as parents from parent')).toEqual([{ parents: 3 }]);
  expect(await database.execute('select count(*) as children from child')).toEqual([{ children: 0 }]);
});
