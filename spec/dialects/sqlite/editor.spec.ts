import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Change } from '../../../lib/dialects/table-changes.ts';
import { sqliteEditor } from '../../../lib/dialects/sqlite/editor.ts';
import { onStage, type Play, type Stage } from './stage.ts';

type Properties = Record<string, unknown>;

/** Animals, and owners they may have. */
function zoo(more: () => Properties = () => ({}), meta: object = {}) {
  return () => {
    const Owner = defineEntity({ name: 'Owner', properties: { id: p.integer().primary(), name: p.string() } });
    const Animal = defineEntity({
      name: 'Animal',
      properties: { id: p.integer().primary(), name: p.string(), ...more() },
      ...meta,
    } as never);
    return [Owner, Animal];
  };
}

const owners = `insert into owner (id, name) values (1, 'Ann'), (2, 'Bo');`;
const animals = `${owners} insert into animal (id, name) values (1, 'Leo'), (3, 'Hua'), (7, 'O''Hara')`;

const LEGS = [{ legs: 3 }, { legs: 3 }, { legs: 6 }];

const REBUILT = 'create table, insert, drop table, alter table';

/** What kinds of statements changed the database, in order; the counter of ids, which each rebuild hands over, aside. */
function kinds({ written }: Stage): string {
  return written()
    .filter(sql => !sql.includes('sqlite_sequence'))
    .map(sql => /^(?:insert|update|delete|analyze)|^\w+(?: unique)? \w+/i.exec(sql)?.[0].toLowerCase())
    .join(', ');
}

interface Trial extends Play {
  readonly changes: (stage: Stage) => Change[];
  /** The statements that it takes. */
  readonly sends: string;
  /** What stands in the table afterwards, in the order of the key. */
  readonly left?: readonly Record<string, unknown>[];
}

/** Asks who names a column that is to go, and is undone. */
const ASKED = 'alter table';

/** Names and whatever else, in the order of the key. */
const left = (...more: Properties[]) => ['Leo', 'Hua', `O'Hara`].map((name, index) => ({ name, ...more[index] }));

const trials: Record<string, Trial> = {
  'a nullable column is added in place': {
    before: zoo(),
    after: zoo(() => ({ legs: p.integer().nullable() })),
    rows: animals,
    changes: stage => [{ kind: 'add column', column: stage.column('legs') }],
    sends: 'alter table',
    left: left({ legs: null }, { legs: null }, { legs: null }),
  },
  'a column with a default is added in place, quotes and all': {
    before: zoo(),
    after: zoo(() => ({ motto: p.string().default(`it's 100% "?" \\ 🦒`) })),
    rows: animals,
    changes: stage => [{ kind: 'add column', column: stage.column('motto') }],
    sends: 'alter table',
    left: left(...Array.from({ length: 3 }, () => ({ motto: `it's 100% "?" \\ 🦒` }))),
  },
  'a virtual column is added in place': {
    before: zoo(),
    after: zoo(() => ({ loud: p.string().generated(`(upper("name")) virtual`) })),
    rows: animals,
    changes: stage => [{ kind: 'add column', column: stage.column('loud') }],
    sends: 'alter table',
    left: left({ loud: 'LEO' }, { loud: 'HUA' }, { loud: `O'HARA` }),
  },
  'a stored computed column takes a rebuild': {
    before: zoo(),
    after: zoo(() => ({ loud: p.string().generated(`(upper("name")) stored`) })),
    rows: animals,
    changes: stage => [{ kind: 'add column', column: stage.column('loud') }],
    sends: REBUILT,
    left: left({ loud: 'LEO' }, { loud: 'HUA' }, { loud: `O'HARA` }),
  },
  'an enum comes in place with its check': {
    before: zoo(),
    after: zoo(() => ({ mood: p.enum(['calm', `b'd`]).default('calm') })),
    rows: animals,
    changes: stage => [
      { kind: 'add column', column: stage.column('mood') },
      { kind: 'add check', check: stage.check('animal_mood_check') },
    ],
    sends: 'alter table',
    left: left({ mood: 'calm' }, { mood: 'calm' }, { mood: 'calm' }),
  },
  'a relation comes in place with its foreign key, its index behind it': {
    before: zoo(),
    after: zoo(() => ({
      owner: () =>
        p
          .manyToOne('Owner' as never)
          .nullable()
          .deleteRule('cascade'),
    })),
    rows: animals,
    changes: stage => [
      { kind: 'add column', column: stage.column('owner_id') },
      { kind: 'add foreign key', foreignKey: stage.foreignKey('owner_id') },
      { kind: 'add index', index: stage.index('animal_owner_id_index') },
    ],
    sends: 'alter table, create index',
    left: left({ owner_id: null }, { owner_id: null }, { owner_id: null }),
  },
  'a NOT NULL column is filled while the table is rebuilt': {
    before: zoo(),
    after: zoo(() => ({ legs: p.integer() })),
    rows: animals,
    changes: stage => [{ kind: 'add column', column: stage.column('legs'), fill: 'id * 2' }],
    sends: REBUILT,
    left: left({ legs: 2 }, { legs: 6 }, { legs: 14 }),
  },
  'a filled enum with a check, and a filled relation, take one rebuild together': {
    before: zoo(),
    after: zoo(() => ({ mood: p.enum(['calm', 'wild']), owner: () => p.manyToOne('Owner' as never) })),
    rows: animals,
    changes: stage => [
      { kind: 'add column', column: stage.column('mood'), fill: `iif(id = 3, 'calm', 'wild') -- whichever` },
      { kind: 'add check', check: stage.check('animal_mood_check') },
      { kind: 'add column', column: stage.column('owner_id'), fill: '(select max(id) from owner)' },
      { kind: 'add foreign key', foreignKey: stage.foreignKey('owner_id') },
      { kind: 'add index', index: stage.index('animal_owner_id_index') },
    ],
    sends: `${REBUILT}, create index`,
    left: left({ mood: 'wild', owner_id: 2 }, { mood: 'calm', owner_id: 2 }, { mood: 'wild', owner_id: 2 }),
  },
  'a column is dropped in place': {
    before: zoo(() => ({ legs: p.integer().nullable() })),
    after: zoo(),
    rows: animals,
    changes: () => [{ kind: 'drop column', name: 'legs' }],
    sends: `${ASKED}, alter table`,
    left: left(),
  },
  'an index over a dropped column goes, whether it was named or not': {
    before: zoo(() => ({ legs: p.integer().nullable().index() }), {
      indexes: [{ name: 'odd', expression: 'create index odd on animal (lower(name)) where legs > 2' }],
    }),
    after: zoo(),
    rows: animals,
    changes: () => [
      { kind: 'drop index', name: 'animal_legs_index' },
      { kind: 'drop column', name: 'legs' },
    ],
    sends: `drop index, ${ASKED}, drop index, alter table`,
    left: left(),
  },
  'an enum goes in place with its check': {
    before: zoo(() => ({ mood: p.enum(['calm', 'wild']).default('calm') })),
    after: zoo(),
    rows: animals,
    changes: () => [
      { kind: 'drop check', name: '', expression: `mood in ('calm', 'wild')` },
      { kind: 'drop column', name: 'mood' },
    ],
    sends: `${ASKED}, alter table`,
    left: left(),
  },
  'a relation goes with its foreign key and index': {
    before: zoo(() => ({ owner: () => p.manyToOne('Owner' as never).nullable() })),
    after: zoo(),
    rows: animals,
    changes: () => [
      { kind: 'drop index', name: 'animal_owner_id_index' },
      { kind: 'drop foreign key', columns: ['owner_id'] },
      { kind: 'drop column', name: 'owner_id' },
    ],
    sends: `drop index, ${ASKED}, ${REBUILT}`,
    left: left(),
  },
  'a check over a dropped column goes too': {
    before: zoo(() => ({ legs: p.integer().nullable() }), {
      checks: [{ name: 'few', expression: `legs < 5 or name = 'Milly'` }],
    }),
    after: zoo(),
    rows: animals,
    changes: () => [{ kind: 'drop column', name: 'legs' }],
    sends: `${ASKED}, ${REBUILT}`,
    left: left(),
  },
  'a column is renamed in place; its index and check follow': {
    before: zoo(() => ({ legs: p.integer().nullable().check('legs > 0') })),
    after: zoo(() => ({ feet: p.integer().nullable().check('"feet" > 0') })),
    rows: `${animals}; update animal set legs = id`,
    changes: () => [{ kind: 'rename column', from: 'legs', to: 'feet' }],
    sends: 'alter table',
    left: left({ feet: 1 }, { feet: 3 }, { feet: 7 }),
  },
  'a renamed column keeps its values in a rebuild': {
    before: zoo(() => ({ legs: p.integer().nullable().index() })),
    after: zoo(() => ({ feet: p.string().default('4').index() })),
    rows: `${animals}; update animal set legs = id where id > 1`,
    changes: stage => [
      { kind: 'rename column', from: 'legs', to: 'feet' },
      { kind: 'drop index', name: 'animal_legs_index' },
      { kind: 'add index', index: stage.index('animal_feet_index') },
      { kind: 'alter column', name: 'feet', column: stage.column('feet'), fill: `'as many as ' || name` },
    ],
    sends: 'drop index, create table, insert, alter table, drop table, alter table, create index',
    left: left({ feet: 'as many as Leo' }, { feet: '3' }, { feet: '7' }),
  },
  'nulls are filled when they are forbidden': {
    before: zoo(() => ({ legs: p.integer().nullable() })),
    after: zoo(() => ({ legs: p.integer().default(4) })),
    rows: `${animals}; update animal set legs = id where id > 1`,
    changes: stage => [{ kind: 'alter column', name: 'legs', column: stage.column('legs'), fill: '-id' }],
    sends: REBUILT,
    left: left({ legs: -1 }, { legs: 3 }, { legs: 7 }),
  },
  'nulls are allowed, and a default goes': {
    before: zoo(() => ({ legs: p.integer().default(4) })),
    after: zoo(() => ({ legs: p.integer().nullable() })),
    rows: animals,
    changes: stage => [{ kind: 'alter column', name: 'legs', column: stage.column('legs') }],
    sends: REBUILT,
    left: left({ legs: 4 }, { legs: 4 }, { legs: 4 }),
  },
  'texts become the numbers they are': {
    before: zoo(() => ({ legs: p.string().nullable() })),
    after: zoo(() => ({ legs: p.integer().nullable() })),
    rows: `${animals}; update animal set legs = iif(id = 7, null, ' ' || id || '.0')`,
    changes: stage => [{ kind: 'alter column', name: 'legs', column: stage.column('legs') }],
    sends: REBUILT,
    left: left({ legs: 1 }, { legs: 3 }, { legs: null }),
  },
  'numbers become texts': {
    before: zoo(() => ({ legs: p.double().nullable() })),
    after: zoo(() => ({ legs: p.string().nullable() })),
    rows: `${animals}; update animal set legs = id / 8.0`,
    changes: stage => [{ kind: 'alter column', name: 'legs', column: stage.column('legs') }],
    sends: REBUILT,
    left: left({ legs: '0.125' }, { legs: '0.375' }, { legs: '0.875' }),
  },
  'a value is made by an expression, and filled where that has none': {
    before: zoo(() => ({ legs: p.string().nullable() })),
    after: zoo(() => ({ legs: p.integer() })),
    rows: `${animals}; update animal set legs = 'legs: ' || id where id < 7`,
    changes: stage => [
      {
        kind: 'alter column',
        name: 'legs',
        column: stage.column('legs'),
        using: 'cast(substr(legs, 7) as integer)',
        fill: '0',
      },
    ],
    sends: REBUILT,
    left: left({ legs: 1 }, { legs: 3 }, { legs: 0 }),
  },
  'a plain column becomes a computed one': {
    before: zoo(() => ({ loud: p.string().default('?') })),
    after: zoo(() => ({ loud: p.string().generated(`(upper("name")) stored`) })),
    rows: animals,
    changes: stage => [{ kind: 'alter column', name: 'loud', column: stage.column('loud') }],
    sends: REBUILT,
    left: left({ loud: 'LEO' }, { loud: 'HUA' }, { loud: `O'HARA` }),
  },
  'a computed column becomes a plain one and keeps what was computed': {
    before: zoo(() => ({ loud: p.string().generated(`(upper("name")) virtual`) })),
    after: zoo(() => ({ loud: p.string().default('?') })),
    rows: animals,
    changes: stage => [{ kind: 'alter column', name: 'loud', column: stage.column('loud') }],
    sends: REBUILT,
    left: left({ loud: 'LEO' }, { loud: 'HUA' }, { loud: `O'HARA` }),
  },
  'an expression is computed otherwise': {
    before: zoo(() => ({ loud: p.string().generated(`(upper("name")) virtual`) })),
    after: zoo(() => ({ loud: p.string().generated(`("name" || '!') stored`) })),
    rows: animals,
    changes: stage => [{ kind: 'alter column', name: 'loud', column: stage.column('loud') }],
    sends: REBUILT,
    left: left({ loud: 'Leo!' }, { loud: 'Hua!' }, { loud: `O'Hara!` }),
  },
  'a column is compared otherwise': {
    before: zoo(() => ({ code: p.string().nullable() })),
    after: zoo(() => ({ code: p.string().nullable().collation('nocase') })),
    rows: animals,
    changes: stage => [{ kind: 'alter column', name: 'code', column: stage.column('code') }],
    sends: REBUILT,
    left: left({ code: null }, { code: null }, { code: null }),
  },
  'an enum has other items': {
    before: zoo(() => ({ mood: p.enum(['calm', 'wild']).default('calm') })),
    after: zoo(() => ({ mood: p.enum(['calm', 'asleep']).default('calm') })),
    rows: animals,
    changes: stage => [
      { kind: 'drop check', name: '', expression: `"mood" IN ('calm', 'wild')` },
      { kind: 'add check', check: stage.check('animal_mood_check') },
    ],
    sends: REBUILT,
    left: left({ mood: 'calm' }, { mood: 'calm' }, { mood: 'calm' }),
  },
  'checks of the table come and go by name': {
    before: zoo(undefined, { checks: [{ name: 'short', expression: 'length(name) < 9' }] }),
    after: zoo(undefined, { checks: [{ name: 'some', expression: 'length(name) > 0' }] }),
    rows: animals,
    changes: stage => [
      { kind: 'drop check', name: 'short' },
      { kind: 'add check', check: stage.check('some') },
    ],
    sends: REBUILT,
    left: left(),
  },
  'a foreign key comes over a column that is there': {
    before: zoo(() => ({
      owner: () =>
        p
          .manyToOne('Owner' as never)
          .nullable()
          .createForeignKeyConstraint(false),
    })),
    after: zoo(() => ({
      owner: () =>
        p
          .manyToOne('Owner' as never)
          .nullable()
          .updateRule('cascade'),
    })),
    rows: `${animals}; update animal set owner_id = 2`,
    changes: stage => [{ kind: 'add foreign key', foreignKey: stage.foreignKey('owner_id') }],
    sends: `${REBUILT}, create index`,
    left: left({ owner_id: 2 }, { owner_id: 2 }, { owner_id: 2 }),
  },
  'a foreign key goes, and its column stays': {
    before: zoo(() => ({ owner: () => p.manyToOne('Owner' as never).nullable() })),
    after: zoo(() => ({
      owner: () =>
        p
          .manyToOne('Owner' as never)
          .nullable()
          .createForeignKeyConstraint(false),
    })),
    rows: `${animals}; update animal set owner_id = 2`,
    changes: () => [{ kind: 'drop foreign key', columns: ['owner_id'] }],
    sends: `${REBUILT}, create index`,
    left: left({ owner_id: 2 }, { owner_id: 2 }, { owner_id: 2 }),
  },
  'indexes come and go by themselves: unique, composite, partial, ordered, over an expression': {
    before: zoo(undefined, { indexes: [{ properties: ['name'] }] }),
    after: zoo(undefined, {
      uniques: [{ properties: ['name', 'id'] }],
      indexes: [
        { name: 'partial', properties: ['name'], where: `name <> 'Leo'` },
        { name: 'ordered', properties: ['name'], columns: [{ name: 'name', sort: 'desc', collation: 'nocase' }] },
        { name: 'lower_name', expression: 'create index lower_name on animal (lower(name))' },
      ],
    }),
    rows: animals,
    changes: stage => [
      { kind: 'drop index', name: 'animal_name_index' },
      ...['animal_name_id_unique', 'partial', 'ordered', 'lower_name'].map(
        name => ({ kind: 'add index', index: stage.index(name) }) as const,
      ),
    ],
    sends: 'drop index, create unique index, create index, create index, create index',
    left: left(),
  },
};

describe('a change, with rows present', () => {
  test.each(Object.entries(trials))('%s', async (_, { changes, sends, left: rows, ...play }) => {
    await onStage(play, async stage => {
      await stage.change(...changes(stage));
      expect(kinds(stage)).toBe(sends);
      const { changed, fresh } = await stage.portraits();
      expect(changed).toEqual(fresh);
      const found = await stage.rows('select * from animal order by id');
      expect(found.map(({ id: _id, ...row }) => row)).toEqual(rows);
      expect(found.map(row => row['id'])).toEqual([1, 3, 7]);
      expect(await stage.faults()).toEqual([]);
    });
  });
});

/** What an application may have beside its entities. */
const beside = `
  ${animals};
  create table visit (id integer primary key, legs integer, animal_name text references animal (name) on update cascade);
  create table log (what text);
  create unique index once on animal (name);
  insert into visit (legs, animal_name) values (4, 'Hua');
  create trigger seen after update on animal begin insert into log values (old.name || '>' || new.name); end;
  create view names as select id, name from animal;
`;

test('a rename reaches indexes, triggers, views and the foreign keys of others, in place and in a rebuild', async () => {
  const after = () => {
    const [Owner] = zoo()();
    const properties = { id: p.integer().primary(), title: p.string(), legs: p.integer() };
    return [Owner, defineEntity({ name: 'Animal', properties })] as never;
  };
  for (const more of [false, true]) {
    await onStage({ before: zoo(), after, rows: beside }, async stage => {
      await stage.change(
        { kind: 'rename column', from: 'name', to: 'title' },
        ...(more ? [{ kind: 'add column', column: stage.column('legs'), fill: 'length(name)' } as const] : []),
      );
      expect(await stage.faults()).toEqual([]);
      await stage.sql.execute(`update animal set title = 'Hugo' where id = 3`);
      expect(await stage.rows('select what from log')).toEqual([{ what: 'Hua>Hugo' }]);
      expect((await stage.read('visit')).foreignKeys).toMatchObject([{ referencedColumns: ['title'] }]);
      expect(await stage.rows('select * from names where id = 3')).toEqual([{ id: 3, title: 'Hugo' }]);
      expect((await stage.read()).indexes).toMatchObject([{ name: 'once', columns: ['title'], unique: true }]);
      const legs = more ? await stage.rows('select legs from animal order by id') : LEGS;
      expect(legs).toEqual(LEGS);
    });
  }
});

test('no row is touched that a trigger could see', async () => {
  const watched = `${beside}; create trigger born after insert on animal begin insert into log values ('born'); end`;
  await onStage({ before: zoo(), after: zoo(() => ({ legs: p.integer().nullable() })), rows: watched }, async stage => {
    await stage.change({ kind: 'add column', column: stage.column('legs'), fill: '4' });
    expect(await stage.rows('select * from log')).toEqual([]);
    expect(await stage.rows('select sum(legs) as legs from animal')).toEqual([{ legs: 12 }]);
  });
});

describe('a primary key', () => {
  const Code = { code: p.string().primary() };
  const Id = { id: p.integer().primary(), code: p.string() };
  const Anew = { number: p.integer().primary(), code: p.string() };
  const of = (properties: Properties) => () => [defineEntity({ name: 'Animal', properties } as never)];
  const rows = `insert into animal (code) values ('leo'), ('hua'), ('adele')`;

  test('is another column, which counts the rows there are', async () => {
    await onStage({ before: of(Code), after: of(Id), rows }, async stage => {
      await stage.change(
        { kind: 'add column', column: stage.column('id') },
        { kind: 'set primary key', columns: ['id'] },
      );
      expect(await stage.rows('select id, code from animal order by id')).toEqual([
        { id: 1, code: 'leo' },
        { id: 2, code: 'hua' },
        { id: 3, code: 'adele' },
      ]);
      const { changed, fresh } = await stage.portraits();
      expect(changed).toEqual(fresh);
      await stage.sql.execute(`insert into animal (code) values ('tony')`);
      expect(await stage.rows('select max(id) as id from animal')).toEqual([{ id: 4 }]);
    });
  });

  test('is another column, and the one it was goes', async () => {
    const filled = `insert into animal (id, code) values (4, 'leo'), (2, 'hua')`;
    await onStage({ before: of(Id), after: of(Anew), rows: filled }, async stage => {
      await stage.change(
        { kind: 'drop column', name: 'id' },
        { kind: 'add column', column: stage.column('number'), fill: 'id * 10' },
        { kind: 'set primary key', columns: ['number'] },
      );
      expect(await stage.rows('select * from animal order by number')).toEqual([
        { number: 20, code: 'hua' },
        { number: 40, code: 'leo' },
      ]);
      const { changed, fresh } = await stage.portraits();
      expect(changed).toEqual(fresh);
    });
  });

  test('is over two columns', async () => {
    const Pair = { id: p.integer().primary(), code: p.string().primary() };
    const filled = `insert into animal (id, code) values (1, 'leo'), (2, 'leo')`;
    await onStage({ before: of(Id), after: of(Pair), rows: filled }, async stage => {
      await stage.change({ kind: 'set primary key', columns: ['id', 'code'] });
      expect((await stage.read()).primaryKey).toEqual(['id', 'code']);
      const { changed, fresh } = await stage.portraits();
      expect(changed).toEqual(fresh);
    });
  });

  test('counts no longer when it becomes a text', async () => {
    const filled = `insert into animal (id, code) values (1, 'leo'), (2, 'hua')`;
    await onStage({ before: of(Id), after: of({ ...Id, id: p.string().primary() }), rows: filled }, async stage => {
      await stage.change({ kind: 'alter column', name: 'id', column: stage.column('id') });
      expect(await stage.rows('select id from animal order by id')).toEqual([{ id: '1' }, { id: '2' }]);
      const { changed, fresh } = await stage.portraits();
      expect(changed).toEqual(fresh);
    });
  });
});

describe('a change that cannot be carried out', () => {
  const refused = async (stage: Stage, ...changes: Change[]) => {
    const was = await stage.rows('select type, name, sql from sqlite_master order by rowid');
    const error = await stage.change(...changes).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(await stage.rows('select type, name, sql from sqlite_master order by rowid')).toEqual(was);
    expect(await stage.rows('select count(*) as n from animal')).toEqual([{ n: 3 }]);
    return error;
  };

  test('names the view that reads a column, in place and in a rebuild, and puts back the index', async () => {
    const before = zoo(() => ({ legs: p.integer().nullable().index() }));
    const after = zoo(() => ({ arms: p.integer() }));
    const rows = `${animals}; create view feet as select legs from animal`;
    await onStage({ before, after, rows }, async stage => {
      const expected = {
        code: 'OPERATION_REFUSED',
        table: 'animal',
        message:
          'animal: legs cannot be dropped because of view "feet" (legs). Drop that first with step.execute(), and create it again afterwards',
        cause: expect.objectContaining({ name: 'TableEditError' }),
      };
      const drop = [
        { kind: 'drop index', name: 'animal_legs_index' } as const,
        { kind: 'drop column', name: 'legs' } as const,
      ];
      expect(await refused(stage, ...drop)).toMatchObject(expected);
      const add = { kind: 'add column', column: stage.column('arms'), fill: '2' } as const;
      expect(await refused(stage, add, ...drop)).toMatchObject(expected);
    });
  });

  test('says what of it is not there', async () => {
    await onStage({ before: zoo(), rows: animals }, async stage => {
      expect(await refused(stage, { kind: 'drop column', name: 'wings' })).toMatchObject({
        message: 'animal: has no column "wings"',
      });
      expect(await refused(stage, { kind: 'drop check', name: 'few' })).toMatchObject({
        message: 'animal: has no constraint {"name":"few"}',
      });
    });
    await onStage({ before: zoo(), rows: animals }, async stage => {
      await stage.sql.execute('drop table animal');
      await expect(stage.change({ kind: 'drop column', name: 'name' })).rejects.toMatchObject({
        message: 'animal: the table does not exist',
      });
    });
  });

  test('lets through what the database says of the rows', async () => {
    const after = zoo(undefined, { checks: [{ name: 'short', expression: 'length(name) < 5' }] });
    await onStage({ before: zoo(), after, rows: animals }, async stage => {
      const error = await refused(stage, { kind: 'add check', check: stage.check('short') });
      expect(error).toMatchObject({ message: 'CHECK constraint failed: short' });
    });
  });

  test('leaves the table of an attached database alone', async () => {
    await onStage({ before: zoo(), rows: animals }, async ({ context }) => {
      const changes: Change[] = [{ kind: 'drop column', name: 'name' }];
      await expect(sqliteEditor.change(context(), { name: 'animal', namespace: 'other' }, changes)).rejects.toThrow(
        'other.animal is in an attached database. Steps change only the database with the version.',
      );
    });
  });
});
