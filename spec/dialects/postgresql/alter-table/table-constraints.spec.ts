import { describe, expect, test } from '@jest/globals';
import { defineEntity, type EntityProperty, p } from '@mikro-orm/core';
import { OperationError } from '../../../../lib/errors.ts';
import { postgresqlEditor } from '../../../../lib/dialects/postgresql/editor.ts';
import { animals, onStage } from '../stage.ts';

type Properties = Record<string, EntityProperty>;

function zoo(more: (zoo: Zoo) => Record<string, unknown> = () => ({}), options: object = {}) {
  return () => {
    const Zoo = exhibits();
    const properties = { id: p.integer().primary(), legs: p.integer(), ...(more(Zoo) as Properties) };
    return [Zoo, defineEntity({ name: 'Animal', properties, ...options })];
  };
}

function exhibits() {
  return defineEntity({ name: 'Zoo', properties: { id: p.integer().primary(), name: p.string() } });
}

function placed() {
  const Place = defineEntity({ name: 'Place', properties: { x: p.integer().primary(), y: p.integer().primary() } });
  return [Place, ...animals(() => ({ at: () => p.manyToOne(Place).nullable() }))()];
}

type Zoo = ReturnType<typeof exhibits>;
type Home = ReturnType<typeof homeIn>;

const homeIn = (Zoo: Zoo) => p.manyToOne(Zoo).nullable();
const housed = (Zoo: Zoo) => ({ zoo: () => homeIn(Zoo) });
const housedLater = (Zoo: Zoo) => ({ zoo: () => homeIn(Zoo).deferMode('deferred') });
const described = () => ({
  name: p.string().nullable().unique(),
  full: p.string().generated(`(name || '!') stored`).nullable(),
});

const rows = `insert into zoo (name) values ('San Diego'); insert into animal (legs) values (4), (2)`;

describe('checks', () => {
  const checks = [
    { name: 'enough', expression: `legs > 1` },
    { name: `a "strange" %?' name`, expression: `legs::text <> 'it''s 100 % ?'` },
    { name: 'excluded', expression: 'exclude using btree (legs with =)' },
  ];

  test.each(checks)('$name is added and dropped', async check => {
    await onStage({ before: zoo(), after: zoo(undefined, { checks: [check] }), rows }, async stage => {
      await stage.change([{ kind: 'add check', check: stage.check() }]);
      expect((await stage.read()).checks.map(({ name }) => name)).toEqual([check.name]);
      await stage.rows('savepoint kept');
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
      await stage.rows('rollback to savepoint kept');
      await stage.change([{ kind: 'drop check', name: check.name }]);
      expect((await stage.read()).checks).toEqual([]);
    });
  });

  test('the items of an enum that is a text are one', async () => {
    const before = zoo(() => ({ diet: p.enum(['meat', 'grass']).default('grass') }));
    const after = zoo(() => ({ diet: p.enum(['grass', `o'k %?`]).default('grass') }));
    await onStage({ before, after, rows }, async stage => {
      await stage.change([
        { kind: 'drop check', name: 'animal_diet_check' },
        { kind: 'add check', check: stage.check() },
      ]);
      await stage.rows(`insert into animal (legs, diet) values (1, 'o''k %?')`);
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });
});

describe('foreign keys', () => {
  test.each<readonly [string, (home: Home) => unknown]>([
    ['plain', home => home],
    ['cascading', home => home.deleteRule('cascade').updateRule('set null')],
    ['deferred', home => home.deferMode('deferred')],
    ['deferrable', home => home.deferMode('immediate').deleteRule('restrict')],
  ])('one that is %s', async (_, ruled) => {
    const after = zoo(Zoo => ({ zoo: () => ruled(homeIn(Zoo)) }));
    await onStage(
      { before: zoo(housed), after, rows: `${rows}; update animal set zoo_id = 1 where id = 1` },
      async stage => {
        await stage.change([
          { kind: 'drop foreign key', columns: ['zoo_id'] },
          { kind: 'add foreign key', foreignKey: stage.foreignKey() },
        ]);
        expect(await stage.portrait()).toEqual(await stage.freshPortrait());
      },
    );
  });

  test('one over several columns is read, dropped and added', async () => {
    await onStage(
      { before: placed, rows: `insert into place values (1, 2); insert into animal (at_x, at_y) values (1, 2)` },
      async stage => {
        const table = await stage.read();
        expect(table.foreignKeys).toEqual([
          {
            name: 'animal_at_x_at_y_foreign',
            columns: ['at_x', 'at_y'],
            references: { name: 'place' },
            referencedColumns: ['x', 'y'],
            onDelete: 'set null',
            onUpdate: 'cascade',
          },
        ]);
        await stage.change([{ kind: 'drop foreign key', columns: ['at_x', 'at_y'] }]);
        expect((await stage.read()).foreignKeys).toEqual([]);
        await stage.change([{ kind: 'add foreign key', foreignKey: stage.foreignKey() }]);
        expect(await stage.read()).toEqual(table);
      },
    );
  });
});

describe('the primary key', () => {
  test('becomes another, and the rows stay', async () => {
    const uncounted = p.integer().primary().autoincrement(false);
    const before = animals(() => ({ id: uncounted, legs: p.integer() }));
    const after = animals(() => ({ id: uncounted, legs: p.integer().primary() }));
    await onStage({ before, after, rows: 'insert into animal values (1, 4), (2, 4)' }, async stage => {
      await stage.change([{ kind: 'set primary key', columns: ['id', 'legs'] }]);
      expect((await stage.read()).primaryKey).toEqual(['id', 'legs']);
      expect(await stage.rows('select * from animal order by id')).toEqual([
        { id: 1, legs: 4 },
        { id: 2, legs: 4 },
      ]);
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });

  test('is dropped, and added to a new column that counts', async () => {
    const before = animals(() => ({ id: p.string().primary().fieldName('name') }));
    const after = animals(() => ({ name: p.string() }));
    await onStage({ before, after, rows: `insert into animal values ('Leo'), ('Hua')` }, async stage => {
      await stage.change([
        { kind: 'add column', column: stage.column('id') },
        { kind: 'set primary key', columns: ['id'] },
      ]);
      expect(await stage.rows('select * from animal order by id')).toEqual([
        { name: 'Leo', id: 1 },
        { name: 'Hua', id: 2 },
      ]);
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });

  test('that others refer to is kept, and they are named', async () => {
    await onStage({ before: zoo(housed), rows }, async stage => {
      const failing = stage.change([{ kind: 'set primary key', columns: ['name'] }], 'zoo');
      await expect(failing).rejects.toThrow(OperationError);
      await expect(failing).rejects.toThrow(
        'the primary key of zoo cannot change: constraint animal_zoo_id_foreign on table animal refers to it. Drop that first with dropForeignKey(), and add it again afterwards.',
      );
    });
  });
});

describe('dropping a column', () => {
  test('drops what is over it, and nothing else', async () => {
    const all = (Zoo: Zoo) => ({ zoo: () => homeIn(Zoo).index(), ...described() });
    await onStage(
      { before: zoo(all), after: zoo(described), rows: `${rows}; create index i on animal (legs) where zoo_id > 1` },
      async stage => {
        await stage.change([{ kind: 'drop column', name: 'zoo_id' }]);
        expect(await stage.rows('select legs from animal order by id')).toEqual([{ legs: 4 }, { legs: 2 }]);
        expect(await stage.portrait()).toEqual(await stage.freshPortrait());
      },
    );
  });

  test.each([
    ['a view', 'create view tall as select id from animal where legs > 2', 'legs', 'view tall'],
    ['a computed column', 'select', 'name', 'column full of table animal'],
    [
      'a foreign key of another table',
      'create table tag (animal int references animal)',
      'id',
      'constraint tag_animal_fkey on table tag',
    ],
    [
      'a foreign key of its own',
      'alter table animal add mother int references animal',
      'id',
      'constraint animal_mother_fkey on table animal',
    ],
    ['a policy', `create policy few on animal using (legs < 3)`, 'legs', 'policy few on table animal'],
  ])('that %s reads is refused', async (_, made, column, dependent) => {
    await onStage({ before: zoo(described), rows: `${rows}; ${made}` }, async stage => {
      const table = await stage.read();
      const failing = stage.change([{ kind: 'drop column', name: column }]);
      await expect(failing).rejects.toThrow(OperationError);
      await expect(failing).rejects.toThrow(
        `animal.${column} cannot be dropped: ${dependent} uses it. Drop that first`,
      );
      expect(await stage.read()).toEqual(table);
    });
  });
});

describe('dropping a table', () => {
  test('drops it with everything of its own', async () => {
    const made =
      `alter table animal add mother int references animal; alter table animal add twice int generated always as (legs * 2) stored; ` +
      `create policy few on animal using (legs < 3)`;
    await onStage({ before: zoo(), rows: `${rows}; ${made}` }, async stage => {
      await postgresqlEditor.drop(stage.sql, await stage.read());
      expect(await postgresqlEditor.read(stage.sql, { name: 'animal', namespace: undefined })).toBeUndefined();
    });
  });

  test.each([
    ['a view', 'create view tall as select id from zoo', 'view tall'],
    ['a foreign key', 'create table tag (zoo int references zoo)', 'constraint tag_zoo_fkey on table tag'],
  ])('that %s needs is refused', async (_, made, dependent) => {
    await onStage({ before: zoo(), rows: `${rows}; ${made}` }, async stage => {
      const failing = postgresqlEditor.drop(stage.sql, await stage.read('zoo'));
      await expect(failing).rejects.toThrow(OperationError);
      await expect(failing).rejects.toThrow(`zoo cannot be dropped: ${dependent} uses it. Drop that first`);
    });
  });

  test.each(['view', 'materialized view'])('a %s is dropped as such', async kind => {
    await onStage({ before: zoo(), rows: `create ${kind} tall as select id from animal` }, async stage => {
      await postgresqlEditor.drop(stage.sql, await stage.read('tall'));
      expect(await postgresqlEditor.read(stage.sql, { name: 'tall', namespace: undefined })).toBeUndefined();
    });
  });
});

describe('what the commit was to check', () => {
  const after = zoo(Zoo => ({ ...housedLater(Zoo), tail: p.integer() }));

  test('is checked before the table is altered, and deferred again', async () => {
    await onStage({ before: zoo(housedLater), after, rows }, async stage => {
      await stage.rows('set constraints all deferred');
      await stage.rows(`insert into animal (legs, zoo_id) values (3, 77)`);
      await stage.rows(`insert into zoo (id, name) values (77, 'Late')`);
      await stage.change([{ kind: 'add column', column: stage.column('tail'), fill: 'legs' }]);
      await stage.rows(`update zoo set id = 78 where id = 77`);
      await stage.rows(`update animal set zoo_id = 78 where zoo_id = 77`);
      // the one that is referred to has events of its own
      await stage.change([{ kind: 'rename column', from: 'name', to: 'called' }], 'zoo');
      await stage.rows(`insert into animal (legs, zoo_id, tail) values (3, 99, 1)`);
      await expect(stage.rows('set constraints all immediate')).rejects.toThrow('violates foreign key constraint');
    });
  });

  test('and is violated is told', async () => {
    await onStage({ before: zoo(housedLater), after, rows }, async stage => {
      await stage.rows('set constraints all deferred');
      await stage.rows(`insert into animal (legs, zoo_id) values (3, 77)`);
      await expect(stage.change([{ kind: 'add column', column: stage.column('tail'), fill: '1' }])).rejects.toThrow(
        'violates foreign key constraint',
      );
    });
  });

  test('is checked before the table is dropped', async () => {
    await onStage({ before: zoo(housedLater), rows }, async stage => {
      await stage.rows('set constraints all deferred');
      await stage.rows(`insert into animal (legs, zoo_id) values (3, 1)`);
      await postgresqlEditor.drop(stage.sql, await stage.read());
      expect(await postgresqlEditor.read(stage.sql, { name: 'animal', namespace: undefined })).toBeUndefined();
    });
  });
});
