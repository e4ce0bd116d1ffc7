import { expect, test } from '@jest/globals';
import { p } from '@mikro-orm/core';
import { animals, onStage } from '../stage.ts';

type Kept = 'stored' | 'virtual' | undefined;

const zoo = (factor: number, kept: Kept) =>
  animals(() => ({
    legs: p.integer(),
    feet: kept === undefined ? p.integer() : p.integer().generated(`(legs * ${factor}) ${kept}`),
  }));

const ROLE = 'dejavu_counter';
const given = [
  `create role ${ROLE}`,
  `grant select (feet) on animal to ${ROLE} with grant option`,
  `grant references (feet) on animal to public`,
  `comment on column animal.feet is 'it''s how many'`,
];
const givenUnlessVirtual = [
  'alter table animal alter column feet set statistics 500',
  'alter table animal alter column feet set (n_distinct = 7)',
  'create statistics many on legs, feet from animal',
  `comment on statistics many is 'they go together'`,
  'create index feet_of_many on animal (feet) with (fillfactor = 70)',
  `comment on index feet_of_many is 'those that have some'`,
  'alter table animal cluster on feet_of_many',
  'alter table animal add constraint feet_once unique (feet)',
  'alter index feet_once set (fillfactor = 60)',
  `comment on constraint feet_once on animal is 'no two alike'`,
];

/** What stands beside a column in the catalog. */
const FACTS =
  `select (select string_agg(g::text, chr(32) order by g::text) from unnest(a.attacl) g) as grants, col_description(a.attrelid, a.attnum) as comment, a.attstattarget as target, a.attoptions as options, ` +
  `(select json_agg(json_build_array(pg_get_statisticsobjdef(s.oid), obj_description(s.oid, 'pg_statistic_ext'))) from pg_statistic_ext s where s.stxrelid = a.attrelid) as statistics, ` +
  `(select json_agg(json_build_array(i.relname, i.reloptions, x.indisclustered, obj_description(i.oid, 'pg_class'), obj_description(c.oid, 'pg_constraint')) order by i.relname) ` +
  `from pg_index x join pg_class i on i.oid = x.indexrelid left join pg_constraint c on c.conindid = i.oid where x.indrelid = a.attrelid and not x.indisprimary) as indexes ` +
  `from pg_attribute a where a.attrelid = 'animal'::regclass and a.attname = 'feet'`;

test.each<[Kept, Kept]>([
  ['stored', 'stored'],
  ['virtual', 'virtual'],
  ['virtual', 'stored'],
  ['stored', 'virtual'],
  [undefined, 'stored'],
  [undefined, 'virtual'],
  ['stored', undefined],
  ['virtual', undefined],
])('a column that was %s and is %s keeps what stands beside it', async (from, to) => {
  const isPlain = from !== 'virtual' && to !== 'virtual';
  const rows = [...given, ...(isPlain ? givenUnlessVirtual : [])].join('; ');
  await onStage({ before: zoo(2, from), after: zoo(3, to), rows }, async stage => {
    const before = await stage.rows(FACTS);
    expect(before[0]).toMatchObject({ comment: `it's how many`, grants: expect.stringContaining(ROLE) });
    await stage.change([{ kind: 'alter column', name: 'feet', column: stage.column('feet') }]);
    expect(await stage.difference('feet')).toBeUndefined();
    expect(await stage.rows(FACTS)).toEqual(before);
  });
});

test('what is computed from a column goes with it, in whatever order they are declared', async () => {
  await onStage({ before: zoo(2, 'stored'), after: animals() }, async stage => {
    await stage.change([
      { kind: 'drop column', name: 'legs' },
      { kind: 'drop column', name: 'feet' },
    ]);
    expect((await stage.read()).columns.map(({ name }) => name)).toEqual(['id']);
  });
  await onStage({ before: zoo(2, 'stored') }, async stage => {
    await expect(stage.change([{ kind: 'drop column', name: 'legs' }])).rejects.toThrow(
      'column feet of table animal uses it',
    );
  });
});

test.each<Kept>(['stored', 'virtual'])(
  'a column gets another type under one that is computed from it, %s, with all beside it',
  async kept => {
    const typed = (type: string) =>
      animals(() => ({
        legs: p.integer().columnType(type),
        feet: p.integer().generated(`(legs * 2) ${String(kept)}`),
      }));
    const rows = [
      ...given,
      ...(kept === 'stored' ? givenUnlessVirtual : []),
      'insert into animal (legs) values (4)',
    ].join('; ');
    await onStage({ before: typed('int'), after: typed('smallint'), rows }, async stage => {
      const before = await stage.rows(FACTS);
      await stage.change([{ kind: 'alter column', name: 'legs', column: stage.column('legs') }]);
      expect(await stage.rows('select legs, feet from animal')).toEqual([{ legs: 4, feet: 8 }]);
      expect([await stage.difference('legs'), await stage.difference('feet')]).toEqual([undefined, undefined]);
      expect(await stage.rows(FACTS)).toEqual(before);
    });
  },
);
