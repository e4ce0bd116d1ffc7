import { describe, expect, test } from '@jest/globals';
import type { Difference } from '../../lib/difference.ts';
import { compareTable } from '../../lib/operations/compare-table.ts';
import type { LiveTable } from '../../lib/dialects/table-changes.ts';
import { postgresqlEditor } from '../../lib/dialects/postgresql/editor.ts';
import { sqliteEditor } from '../../lib/dialects/sqlite/editor.ts';

const column = (name: string, more: object = {}) => ({
  name,
  type: 'integer',
  nullable: false,
  default: undefined,
  generated: undefined,
  ...more,
});
const index = (definition: string, more: object = {}) => ({
  name: 'animal_name_index',
  columns: ['name'],
  unique: /unique/i.test(definition),
  definition,
  ...more,
});
const foreignKey = (more: object = {}) => ({
  name: 'animal_owner_id_foreign',
  columns: ['owner_id'],
  references: { name: 'owner', namespace: undefined },
  referencedColumns: ['id'],
  onDelete: undefined,
  onUpdate: 'cascade',
  ...more,
});
const trigger = (more: object = {}) => ({
  name: 'grow',
  does: {
    timing: 'after',
    events: ['insert', 'update'],
    forEach: 'row',
    when: undefined,
    body: 'begin select 1; end',
    ...more,
  },
});
const unproven = (state: 'not valid' | 'not enforced') => ({ state, fix: 'alter table animal …' });
const table = (more: Partial<LiveTable> = {}): LiveTable => ({
  name: 'animal',
  namespace: undefined,
  kind: 'table',
  columns: [column('id'), column('name', { type: 'text' })],
  primaryKey: ['id'],
  indexes: [],
  checks: [],
  foreignKeys: [],
  ...more,
});

const SAME_INDEX = index('create index animal_name_index on animal (name)');
const view = (definition: string | undefined, more: Partial<LiveTable> = {}) =>
  table({ kind: 'view', definition, ...more });
const policy = (name: string, definition: string) => ({ kind: 'policy', name, definition }) as const;

type Case = readonly [live: LiveTable | undefined, wanted: LiveTable | undefined, found: readonly string[]];

/** What holds in every dialect. */
const anywhere: Readonly<Record<string, Case>> = {
  'the same': [table(), table(), []],
  'no table': [undefined, table(), ['missing animal']],
  'a table that nobody wants': [table({ namespace: 'zoo' }), undefined, ['extra zoo.animal']],
  'no table, and none wanted': [undefined, undefined, []],
  'a view in its place': [table({ kind: 'view' }), table(), ['different animal.kind: "view", wanted "table"']],
  'a column that is missing': [
    table(),
    table({ columns: [...table().columns, column('legs')] }),
    ['missing animal.column.legs'],
  ],
  'a column more': [table({ columns: [...table().columns, column('legs')] }), table(), ['extra animal.column.legs']],
  'columns in another order': [table({ columns: table().columns.toReversed() }), table(), []],
  'everything about a column': [
    table({
      columns: [column('id'), column('name', { type: 'text', nullable: true, default: "'a'", collation: 'x' })],
    }),
    table({ columns: [column('id'), column('name', { type: 'blob' })] }),
    [
      'different animal.column.name.type: "text", wanted "blob"',
      'different animal.column.name.collation: "x", wanted undefined',
      'different animal.column.name.nulls: true, wanted false',
      `different animal.column.name.default: "'a'", wanted undefined`,
    ],
  ],
  'a computed column': [
    table({ columns: [column('id', { generated: '(1 + 1) stored' })] }),
    table({ columns: [column('id', { generated: '(1 + 2) stored' })] }),
    ['different animal.column.id.generated: "(1 + 1) stored", wanted "(1 + 2) stored"'],
  ],
  'no key': [table({ primaryKey: [] }), table(), ['missing animal.primary key']],
  'a key where none is wanted': [table(), table({ primaryKey: [] }), ['extra animal.primary key']],
  'another key': [
    table(),
    table({ primaryKey: ['name', 'id'] }),
    ['different animal.primary key: ["id"], wanted ["name","id"]'],
  ],
  'a foreign key that is missing': [
    table(),
    table({ foreignKeys: [foreignKey()] }),
    ['missing animal.foreign key.owner_id'],
  ],
  'a foreign key more': [table({ foreignKeys: [foreignKey()] }), table(), ['extra animal.foreign key.owner_id']],
  'a foreign key of another name': [
    table({ foreignKeys: [foreignKey({ name: 'fk1' })] }),
    table({ foreignKeys: [foreignKey()] }),
    [],
  ],
  'a foreign key to the key, whatever it is': [
    table({ foreignKeys: [foreignKey({ referencedColumns: [] })] }),
    table({ foreignKeys: [foreignKey()] }),
    [],
  ],
  'everything about a foreign key': [
    table({ foreignKeys: [foreignKey({ onDelete: 'cascade', onUpdate: undefined, deferMode: 'deferred' })] }),
    table({
      foreignKeys: [foreignKey({ references: { name: 'owner', namespace: 'zoo' }, referencedColumns: ['guid'] })],
    }),
    [
      'different animal.foreign key.owner_id.references: "owner", wanted "zoo.owner"',
      'different animal.foreign key.owner_id.referenced columns: ["id"], wanted ["guid"]',
      'different animal.foreign key.owner_id.on delete: "cascade", wanted undefined',
      'different animal.foreign key.owner_id.on update: undefined, wanted "cascade"',
      'different animal.foreign key.owner_id.deferrable: "deferred", wanted undefined',
    ],
  ],
  'a check that is missing, and one more': [
    table({ checks: [{ name: 'old', expression: 'id > 0' }] }),
    table({ checks: [{ name: 'new', expression: 'id > 1' }] }),
    ['missing animal.check.new', 'extra animal.check.old'],
  ],
  'a check of another mind': [
    table({ checks: [{ name: 'positive', expression: 'id > 0' }] }),
    table({ checks: [{ name: 'positive', expression: 'id > 1' }] }),
    ['different animal.check.positive.expression: "id > 0", wanted "id > 1"'],
  ],
  'a check without a name': [
    table({
      checks: [
        { name: '', expression: 'id > 1' },
        { name: '', expression: 'id > 0' },
      ],
    }),
    table({
      checks: [
        { name: 'positive', expression: 'id > 0' },
        { name: '', expression: 'id > 1' },
      ],
    }),
    [],
  ],
  'a check that nobody could ask the server about': [
    table({ checks: [{ name: 'positive', expression: 'id > 0' }] }),
    table({ checks: [{ name: 'positive', expression: '' }] }),
    [],
  ],
  'a trigger that is missing': [table(), table({ triggers: [trigger()] }), ['missing animal.trigger.grow']],
  'a trigger more': [table({ triggers: [trigger()] }), table(), ['extra animal.trigger.grow']],
  'everything about a trigger': [
    table({ triggers: [trigger()] }),
    table({
      triggers: [
        trigger({
          timing: 'before',
          events: ['delete'],
          forEach: 'statement',
          when: '(1)',
          body: 'begin select 2; end',
        }),
      ],
    }),
    [
      'different animal.trigger.grow.timing: "after", wanted "before"',
      'different animal.trigger.grow.for each: "row", wanted "statement"',
      'different animal.trigger.grow.events: ["insert","update"], wanted ["delete"]',
      'different animal.trigger.grow.when: undefined, wanted "(1)"',
      'different animal.trigger.grow.body: "begin select 1; end", wanted "begin select 2; end"',
    ],
  ],
  'the events of a trigger in another order': [
    table({ triggers: [trigger({ events: ['update', 'insert'] })] }),
    table({ triggers: [trigger()] }),
    [],
  ],
  'a trigger that only its own SQL tells': [
    table({ triggers: [trigger()] }),
    table({ triggers: [{ name: 'grow', does: undefined }] }),
    [],
  ],
  'another comment': [
    table({ comment: 'old' }),
    table({ comment: 'new' }),
    ['different animal.comment: "old", wanted "new"'],
  ],
  'a comment that is somebody’s own': [table({ comment: 'mine' }), table(), []],
  'an index that nobody could ask the server about': [
    table({ indexes: [index('create unique index animal_name_index on animal (name)')] }),
    table({ indexes: [index('', { unique: false })] }),
    ['different animal.index.animal_name_index.unique: true, wanted false'],
  ],
  'a view in the place of a table, and nothing else of it': [
    table({ kind: 'view', columns: [], comment: 'old' }),
    table({ comment: 'new' }),
    ['different animal.kind: "view", wanted "table"'],
  ],
  'another query': [view('select 1'), view('select 2'), ['different animal.definition: "select 1", wanted "select 2"']],
  'the same query': [view('select 1'), view('select  1', { columns: [], comment: 'x' }), []],
  'a query that nobody could ask the server about': [view('select 1'), view(undefined), []],
  'a query that cannot be read': [view(undefined), view('select 1'), []],
  'a view whose rows are stored': [
    view('select 1', { materialized: true }),
    view('select 2'),
    ['different animal.kind: "materialized view", wanted "view"'],
  ],
  'a view whose rows are not stored, however that is said': [
    view('select 1', { materialized: false }),
    view('select 1'),
    [],
  ],
  'an index of a view': [
    view('select 1', { materialized: true, indexes: [index('create index animal_name_index on animal (name)')] }),
    view('select 1', { materialized: true }),
    ['extra animal.index.animal_name_index'],
  ],
  'a key as it is wanted': [table({ primaryKey: ['id', 'name'] }), table({ primaryKey: ['id', 'name'] }), []],
  'a longer key': [
    table({ primaryKey: ['id', 'name'] }),
    table(),
    ['different animal.primary key: ["id","name"], wanted ["id"]'],
  ],
  'no key, and none is wanted': [table({ primaryKey: [] }), table({ primaryKey: [] }), []],
  'a column that counts': [
    table({ autoincrement: 'id' }),
    table(),
    ['different animal.autoincrement: "id", wanted undefined'],
  ],
  'a column that counts where it should': [table({ autoincrement: 'id' }), table({ autoincrement: 'id' }), []],
  'the comment that is wanted': [table({ comment: 'a' }), table({ comment: 'a' }), []],
  'no comment where one is wanted': [
    table(),
    table({ comment: 'a' }),
    ['different animal.comment: undefined, wanted "a"'],
  ],
  'a foreign key of several columns': [
    table({ foreignKeys: [foreignKey({ columns: ['a', 'b'] })] }),
    table({
      foreignKeys: [['a', 'b'], ['a'], ['b', 'c']].map(columns => foreignKey({ columns })),
    }),
    ['missing animal.foreign key.a', 'missing animal.foreign key.b, c'],
  ],
  'a foreign key to the columns, whatever the key is': [
    table({ foreignKeys: [foreignKey()] }),
    table({ foreignKeys: [foreignKey({ referencedColumns: [] })] }),
    [],
  ],
  'a foreign key to another table of the namespace': [
    table({ foreignKeys: [foreignKey()] }),
    table({ foreignKeys: [foreignKey({ references: { name: 'keeper', namespace: undefined } })] }),
    ['different animal.foreign key.owner_id.references: "owner", wanted "keeper"'],
  ],
  'two checks without a name': [
    table({ checks: [{ name: '', expression: 'id > 0' }] }),
    table({ checks: [{ name: 'a', expression: 'id > 1' }] }),
    ['extra animal.check.id > 0', 'missing animal.check.a'],
  ],
  'two checks, neither with a name': [
    table({ checks: [{ name: '', expression: 'id > 0' }] }),
    table({ checks: [{ name: '', expression: 'id > 1' }] }),
    ['extra animal.check.id > 0', 'missing animal.check.id > 1'],
  ],
  'two unique constraints, neither with a name': [
    table({ indexes: [index('unique', { name: '', columns: ['id', 'name'], unique: true })] }),
    table({ indexes: [index('', { name: '', columns: ['name'], unique: true })] }),
    ['extra animal.index.id, name', 'missing animal.index.name'],
  ],
  'an index that is the very same': [table({ indexes: [SAME_INDEX] }), table({ indexes: [SAME_INDEX] }), []],
  'two checks with the same expression and other names': [
    table({ checks: [{ name: 'b', expression: 'id > 0' }] }),
    table({ checks: [{ name: 'a', expression: 'id > 0' }] }),
    ['extra animal.check.b', 'missing animal.check.a'],
  ],
  'a check that is wanted without a name': [
    table({ checks: [{ name: 'b', expression: 'id > 0' }] }),
    table({ checks: [{ name: '', expression: 'id > 0' }] }),
    [],
  ],
  'the surest of two checks': [
    table({
      checks: [
        { name: '', expression: 'id > 0' },
        { name: 'a', expression: 'id > 0' },
      ],
    }),
    table({ checks: [{ name: 'a', expression: 'id > 0' }] }),
    ['extra animal.check.id > 0'],
  ],
  'an index without a name that is not unique': [
    table({ indexes: [index('create index', { name: '', unique: false })] }),
    table({ indexes: [index('')] }),
    ['extra animal.index.name', 'missing animal.index.animal_name_index'],
  ],
  'unique constraints of other names': [
    table({ indexes: [index('unique', { name: 'a' })] }),
    table({ indexes: [index('unique', { name: 'b' })] }),
    ['extra animal.index.a', 'missing animal.index.b'],
  ],
  'a unique constraint that is wanted without a name': [
    table({ indexes: [index('unique (name)')] }),
    table({ indexes: [index('', { name: '', unique: true })] }),
    [],
  ],
  'an index as a server was not asked about it': [
    table({ indexes: [index('create unique index animal_name_index on animal (name)')] }),
    table({ indexes: [index('', { unique: true })] }),
    [],
  ],
  'another moment of a trigger': [
    table({ triggers: [trigger({ when: '(1)' })] }),
    table({ triggers: [trigger({ when: '(2)' })] }),
    ['different animal.trigger.grow.when: "(1)", wanted "(2)"'],
  ],
  'a trigger that cannot be read': [
    table({ triggers: [{ name: 'grow', does: undefined }] }),
    table({ triggers: [trigger()] }),
    [],
  ],
  'a policy that is missing, and one more': [
    table({ extras: [policy('old', 'using (true)')] }),
    table({ extras: [policy('new', 'using (true)')] }),
    ['missing animal.policy.new', 'extra animal.policy.old'],
  ],
  'a policy of another mind': [
    table({ extras: [policy('own', 'using (true)')] }),
    table({ extras: [policy('own', 'using (false)')] }),
    ['different animal.policy.own.definition: "using (true)", wanted "using (false)"'],
  ],
  'a policy written in another way, or that nobody could ask the server about': [
    table({ extras: [policy('own', 'using  (true)'), policy('b', 'using (true)')] }),
    table({ extras: [policy('own', 'using (true)'), policy('b', '')] }),
    [],
  ],
  'row security is one, whatever policies there are': [
    table({ extras: [policy('', 'a'), { kind: 'row security', name: '', definition: 'on' }] }),
    table({ extras: [{ kind: 'row security', name: '', definition: 'forced' }] }),
    ['extra animal.policy', 'different animal.row security.definition: "on", wanted "forced"'],
  ],
  'row security where nothing was read': [
    table(),
    table({ extras: [{ kind: 'row security', name: '', definition: 'on' }] }),
    ['missing animal.row security'],
  ],
  'policies of a table whose entity says nothing of them': [
    table({ extras: [policy('own', 'using (true)')] }),
    table(),
    [],
  ],
  'what no entity can ask for': [
    table({ extras: [{ kind: 'grant', name: 'reader', definition: 'select' }] }),
    table({ extras: [{ kind: 'owner', name: '', definition: 'me' }] }),
    [],
  ],
};

const onSqlite: Readonly<Record<string, Case>> = {
  'names in another case': [
    table({ columns: [column('ID'), column('NAME', { type: 'TEXT' })], primaryKey: ['Id'] }),
    table(),
    [],
  ],
  'the same, written in another way': [
    table({
      columns: [column('id', { default: '( 1+1 )' })],
      checks: [{ name: 'c', expression: '"id">0' }],
      indexes: [index('CREATE INDEX animal_name_index ON animal (name ASC) WHERE (id > 0)')],
    }),
    table({
      columns: [column('id', { default: '1 + 1' })],
      checks: [{ name: 'c', expression: 'id > 0' }],
      indexes: [index('create index `animal_name_index` on `animal` (`name`) where `id` > 0')],
    }),
    [],
  ],
  'the same moment of a trigger': [
    table({ triggers: [trigger({ when: '(1)' })] }),
    table({ triggers: [trigger({ when: ' ( 1 ) ' })] }),
    [],
  ],
  'an index that is missing': [
    table(),
    table({ indexes: [index('create index animal_name_index on animal (name)')] }),
    ['missing animal.index.animal_name_index'],
  ],
  'everything about an index': [
    table({ indexes: [index('create unique index animal_name_index on animal (name desc, id) where id > 0')] }),
    table({ indexes: [index('create index animal_name_index on animal (lower(name))', { columns: [] })] }),
    [
      'different animal.index.animal_name_index.unique: true, wanted false',
      'different animal.index.animal_name_index.terms: ["name desc","id"], wanted ["lower(name)"]',
      'different animal.index.animal_name_index.where: "id > 0", wanted undefined',
    ],
  ],
  'a unique constraint without a name': [
    table({ indexes: [index('unique', { name: '' })] }),
    table({
      indexes: [index('create unique index animal_name_unique on animal (name)', { name: 'animal_name_unique' })],
    }),
    [],
  ],
};

const onPostgresql: Readonly<Record<string, Case>> = {
  'an enum of other items': [
    table({ columns: [column('id', { type: 'mood', items: ['calm', 'wild'] })] }),
    table({ columns: [column('id', { type: 'mood', items: ['calm'] })] }),
    ['different animal.column.id.items: ["calm","wild"], wanted ["calm"]'],
  ],
  'a column of another comment': [
    table({ columns: [column('id', { comment: 'old' })] }),
    table({ columns: [column('id', { comment: 'new' })] }),
    ['different animal.column.id.comment: "old", wanted "new"'],
  ],
  'casts that say nothing': [
    table({
      columns: [column('id', { default: "'a'::text" })],
      checks: [{ name: 'c', expression: "(id > 'a'::text)" }],
    }),
    table({
      columns: [column('id', { default: "'a'::character varying" })],
      checks: [{ name: 'c', expression: "(id > 'a')" }],
    }),
    [],
  ],
  'everything about an index': [
    table({
      indexes: [
        index(
          `CREATE UNIQUE INDEX animal_name_index ON public.animal USING btree (lower(name) DESC NULLS LAST, id) INCLUDE (legs) NULLS NOT DISTINCT WITH (fillfactor='70') WHERE (id > 0)`,
        ),
      ],
    }),
    table({ indexes: [index(`CREATE INDEX animal_name_index ON animal USING hash (name)`)] }),
    [
      'different animal.index.animal_name_index.unique: true, wanted false',
      'different animal.index.animal_name_index.method: "btree", wanted "hash"',
      'different animal.index.animal_name_index.terms: ["lower(name) DESC NULLS LAST","id"], wanted ["name"]',
      'different animal.index.animal_name_index.include: ["legs"], wanted []',
      'different animal.index.animal_name_index.where: "(id > 0)", wanted undefined',
      `different animal.index.animal_name_index.options: "NULLS NOT DISTINCT WITH (fillfactor='70')", wanted undefined`,
    ],
  ],
  'a constraint, an index that is not valid, and when it is checked': [
    table({ indexes: [index('UNIQUE (name) DEFERRABLE INITIALLY DEFERRED')] }),
    table({ indexes: [index('CREATE UNIQUE INDEX animal_name_index ON animal USING btree (name) (invalid)')] }),
    [
      'different animal.index.animal_name_index.constraint: true, wanted false',
      'different animal.index.animal_name_index.options: "DEFERRABLE INITIALLY DEFERRED", wanted "invalid"',
    ],
  ],
  'constraints that do not hold for all rows': [
    table({
      columns: [
        column('id', { unproven: unproven('not valid') }),
        column('name', { type: 'text', unproven: unproven('not valid') }),
      ],
      checks: [{ name: 'c', expression: '(id > 0)', unproven: unproven('not enforced') }],
      foreignKeys: [foreignKey({ columns: ['id'], unproven: unproven('not valid') })],
    }),
    table({
      // One that takes null is not wanted with it
      columns: [column('id'), column('name', { type: 'text', nullable: true })],
      checks: [{ name: 'c', expression: '(id > 0)' }],
      foreignKeys: [foreignKey({ columns: ['id'] })],
    }),
    [
      'different animal.column.id.validity: "not valid", wanted "valid", run alter table animal …',
      'different animal.column.name.nulls: false, wanted true',
      'different animal.check.c.validity: "not enforced", wanted "valid", run alter table animal …',
      'different animal.foreign key.id.validity: "not valid", wanted "valid", run alter table animal …',
    ],
  ],
};

function show({ kind, path, live, wanted, fix }: Difference): string {
  const values = kind === 'different' ? `: ${JSON.stringify(live)}, wanted ${JSON.stringify(wanted)}` : '';
  return `${kind} ${path.join('.')}${values}${fix === undefined ? '' : `, run ${fix}`}`;
}

describe.each([
  ['sqlite', sqliteEditor, { ...anywhere, ...onSqlite }],
  ['postgresql', postgresqlEditor, { ...anywhere, ...onPostgresql }],
] as const)('compareTable() with the likeness of %s', (_, { likeness }, cases) => {
  test.each(Object.entries(cases))('%s', (__, [live, wanted, found]) => {
    expect(compareTable(live, wanted, likeness).map(show).toSorted()).toEqual(found.toSorted());
  });

  test('values are told whole, so that they can be shown', () => {
    const legs = column('legs');
    const found = compareTable(table(), table({ columns: [...table().columns, legs] }), likeness);
    expect(found).toEqual([{ kind: 'missing', path: ['animal', 'column', 'legs'], live: undefined, wanted: legs }]);
  });
});
