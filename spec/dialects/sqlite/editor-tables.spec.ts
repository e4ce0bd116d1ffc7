import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { sqliteEditor } from '../../../lib/dialects/sqlite/editor.ts';
import { onStage, type Stage } from './stage.ts';

const main = (name: string) => ({ name, namespace: undefined });

describe('a table is read', () => {
  const legacy = `
    create table Beast (
      "Id" INTEGER primary key, -- the key
      [na me] VARCHAR( 20 ) not null default ('it''s') collate nocase unique,
      legs int default null check (legs > 0) constraint some check (legs < 9),
      feet integer generated always as (legs * 1) stored,
      owner_id int constraint k references owner on delete set null deferrable initially deferred,
      foreign key (owner_id, legs) references pair (a, b) on update restrict,
      constraint named unique (legs, owner_id),
      constraint any_of check (legs is null or "na me" <> 'x'))`;
  const nothing = () => [defineEntity({ name: 'Owner', properties: { id: p.integer().primary() } })];

  test('as whoever made it wrote it, in one statement', async () => {
    const rows = `${legacy}; create index lower_name on BEAST (lower("na me") collate nocase desc) where legs > 2; create index "two" on beast ([legs] desc, feet)`;
    await onStage({ before: nothing, rows }, async ({ sql }) => {
      const statements: string[] = [];
      const counting = { execute: async (text: string) => (statements.push(text), sql.execute(text)) };
      expect(await sqliteEditor.read(counting, main('beast'))).toEqual({
        name: 'beast',
        namespace: undefined,
        kind: 'table',
        columns: [
          {
            name: 'Id',
            type: 'INTEGER',
            nullable: false,
            default: undefined,
            generated: undefined,
            collation: undefined,
          },
          {
            name: 'na me',
            type: 'VARCHAR( 20 )',
            nullable: false,
            default: `('it''s')`,
            generated: undefined,
            collation: 'nocase',
          },
          { name: 'legs', type: 'int', nullable: true, default: undefined, generated: undefined, collation: undefined },
          {
            name: 'feet',
            type: 'integer',
            nullable: true,
            default: undefined,
            generated: '(legs * 1) stored',
            collation: undefined,
          },
          {
            name: 'owner_id',
            type: 'int',
            nullable: true,
            default: undefined,
            generated: undefined,
            collation: undefined,
          },
        ],
        primaryKey: ['Id'],
        indexes: [
          { name: '', columns: ['na me'], unique: true, definition: 'unique' },
          {
            name: 'named',
            columns: ['legs', 'owner_id'],
            unique: true,
            definition: 'constraint named unique (legs, owner_id)',
          },
          {
            name: 'lower_name',
            columns: [],
            unique: false,
            definition: expect.stringMatching(/^CREATE INDEX lower_name .* where legs > 2$/),
          },
          { name: 'two', columns: ['legs', 'feet'], unique: false, definition: expect.stringContaining('desc') },
        ],
        checks: [
          { name: '', expression: 'legs > 0', column: 'legs' },
          { name: 'some', expression: 'legs < 9', column: 'legs' },
          { name: 'any_of', expression: `legs is null or "na me" <> 'x'` },
        ],
        foreignKeys: [
          {
            name: undefined,
            columns: ['owner_id'],
            references: main('owner'),
            referencedColumns: [],
            onDelete: 'set null',
            onUpdate: undefined,
            deferMode: 'deferred',
          },
          {
            name: undefined,
            columns: ['owner_id', 'legs'],
            references: main('pair'),
            referencedColumns: ['a', 'b'],
            onDelete: undefined,
            onUpdate: 'restrict',
            deferMode: undefined,
          },
        ],
      });
      expect(statements).toHaveLength(1);
    });
  });

  test('or is not there', async () => {
    await onStage({ before: nothing }, async ({ sql }) => {
      expect(await sqliteEditor.read(sql, main('unicorn'))).toBeUndefined();
    });
  });

  test('a key without a rowid holds no null, any other may', async () => {
    const rows = `create table a (x text primary key); create table b (x text primary key) without rowid; create table c (x int primary key)`;
    await onStage({ before: nothing, rows }, async ({ read }) => {
      const nullable = async (table: string) => (await read(table)).columns.map(column => column.nullable);
      expect(await Promise.all(['a', 'b', 'c'].map(nullable))).toEqual([[true], [false], [true]]);
    });
  });

  test('a view has columns, unless it reads what is gone', async () => {
    const rows = `create view named as select id, 'x' as name from owner; create view broken as select * from unicorn`;
    await onStage({ before: nothing, rows }, async ({ sql, read, rows: select }) => {
      expect(await read('named')).toMatchObject({
        kind: 'view',
        columns: [{ name: 'id', type: 'INTEGER' }, { name: 'name' }],
      });
      const broken = await read('broken');
      expect(broken).toMatchObject({ kind: 'view', columns: [] });
      for (const table of [broken, await read('named'), await read('owner')]) await sqliteEditor.drop(sql, table);
      expect(await select(`select name from sqlite_master where name not like 'sqlite%'`)).toEqual([]);
    });
  });

  test('a virtual table has the columns of its module', async () => {
    await onStage(
      { before: nothing, rows: 'create virtual table page using fts5(title, body)' },
      async ({ sql, read }) => {
        const page = await read('page');
        expect(page).toMatchObject({ kind: 'table', columns: [{ name: 'title' }, { name: 'body' }], primaryKey: [] });
        await sqliteEditor.drop(sql, page);
        expect(await sqliteEditor.read(sql, main('page'))).toBeUndefined();
      },
    );
  });
});

describe('a table is renamed', () => {
  function zoo(name: 'Animal' | 'Beast') {
    return () => {
      const Keeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary() } });
      const table = name.toLowerCase();
      const Animal = defineEntity({
        name,
        indexes: [{ properties: ['name', 'legs'] as never }, { name: 'odd', properties: ['legs'] as never }],
        uniques: [{ properties: ['name'] as never }],
        checks: [
          { name: `${table}_legs_check`, expression: 'legs > 0' },
          { name: 'own', expression: `length(name) > 0` },
        ],
        properties: {
          id: p.integer().primary(),
          name: p.string(),
          legs: p.integer().default(4),
          mood: p.enum(['calm', 'wild']).default('calm'),
          keeper: () => p.manyToOne(Keeper).nullable(),
          mother: () => p.manyToOne(name as never).nullable(),
        },
      } as never);
      const Visit = defineEntity({
        name: 'Visit',
        properties: {
          id: p.integer().primary(),
          animal: () =>
            p
              .manyToOne(Animal as never)
              .fieldName('animal_id')
              .index('visit_animal'),
        },
      });
      return [Keeper, Animal, Visit] as never;
    };
  }
  const rows = `
    insert into keeper (id) values (1);
    insert into animal (id, name, keeper_id, mother_id) values (2, 'Leo', 1, null), (9, 'Elsa', null, 2);
    insert into visit (id, animal_id) values (1, 9);
    create view names as select animal.name from animal where animal.legs > 2;
    create table log (what text);
    create trigger seen after insert on visit begin insert into log select name from animal where id = new.animal_id; end`;

  const rename = async ({ sql, context }: Stage, table: string) =>
    sqliteEditor.rename({ ...context(table), sql }, main('animal'), main(table));

  test('with what refers to it and what was named after it, also where names follow in the legacy way', async () => {
    await onStage({ before: zoo('Animal'), after: zoo('Beast'), rows }, async stage => {
      await stage.sql.execute('pragma legacy_alter_table = on');
      await rename(stage, 'beast');
      expect(await stage.rows('pragma legacy_alter_table')).toEqual([{ legacy_alter_table: 1 }]);
      expect(await stage.faults()).toEqual([]);
      expect(await stage.rows('select * from names')).toEqual([{ name: 'Leo' }, { name: 'Elsa' }]);
      await stage.sql.execute('insert into visit (animal_id) values (2)');
      expect(await stage.rows('select * from log')).toEqual([{ what: 'Leo' }]);
      await stage.sql.execute(`insert into beast (name) values ('Hua')`);
      expect(await stage.rows('select id, name, mother_id from beast')).toEqual([
        { id: 2, name: 'Leo', mother_id: null },
        { id: 9, name: 'Elsa', mother_id: 2 },
        { id: 10, name: 'Hua', mother_id: null },
      ]);
      await stage.sql.execute('drop table log');
      const { changed, fresh } = await stage.portraits();
      // SQLite writes the new name in quotes of its own
      const unquoted = (portrait: unknown) => JSON.stringify(portrait).replaceAll(/\\"|`/g, '');
      expect(unquoted(changed)).toBe(unquoted(fresh));
    });
  });

  test('without writing its rows anew where no check was named after it', async () => {
    const before = () => [
      defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string().index() } }),
    ];
    const after = () => [
      defineEntity({ name: 'Beast', properties: { id: p.integer().primary(), name: p.string().index() } }),
    ];
    await onStage({ before, after, rows: `insert into animal (name) values ('Leo')` }, async stage => {
      await rename(stage, 'beast');
      expect(stage.written()).toEqual([
        'alter table main."animal" rename to "beast"',
        'drop index main."animal_name_index"',
        'CREATE INDEX "beast_name_index" on "beast" (`name`)',
      ]);
    });
  });

  test('or not, where a view cannot be read', async () => {
    const all = zoo('Animal');
    await onStage({ before: all, after: all, rows: 'create view broken as select * from unicorn' }, async stage => {
      await expect(rename(stage, 'visit')).rejects.toMatchObject({
        code: 'OPERATION_REFUSED',
        table: 'animal',
        message: expect.stringContaining('animal: cannot be renamed to visit: '),
      });
      expect((await stage.read()).kind).toBe('table');
    });
  });
});
