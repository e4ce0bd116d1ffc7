import { expect, test } from '@jest/globals';
import type { Difference } from '../../lib/difference.ts';
import { showDifferences } from '../../lib/drift/difference-tree.ts';

test('differences are shown as a tree: table, part, aspect', () => {
  const column = { name: 'wings', type: 'integer', nullable: false, default: '2', generated: undefined };
  const index = { name: 'mine', columns: ['legs'], unique: false, definition: 'create index mine on animal (legs)' };
  const key = { columns: ['owner_id'], references: { name: 'owner', namespace: 'shop' }, referencedColumns: ['id'] };
  const shown = showDifferences([
    { kind: 'missing', path: ['animal', 'column', 'wings'], live: undefined, wanted: column },
    { kind: 'different', path: ['animal', 'column', 'legs', 'type'], live: 'text', wanted: 'integer' },
    { kind: 'different', path: ['animal', 'column', 'legs', 'default'], live: undefined, wanted: '4' },
    { kind: 'different', path: ['animal', 'primary key'], live: ['id'], wanted: ['id', 'kind'] },
    { kind: 'extra', path: ['animal', 'index', 'mine'], live: index, wanted: undefined },
    { kind: 'missing', path: ['animal', 'foreign key', 'owner_id'], live: undefined, wanted: key },
    { kind: 'missing', path: ['keeper'], live: undefined, wanted: {} },
    { kind: 'different', path: ['census', 'definition'], live: 'select 1', wanted: 'select 2' },
  ]);
  expect(`\n${shown}\n`).toBe(`
animal
  column wings is missing: integer not null default 2
  column legs
    type is text, wanted integer
    default is none, wanted 4
  primary key is (id), wanted (id, kind)
  index mine is extra: create index mine on animal (legs)
  foreign key owner_id is missing: to shop.owner (id)
keeper is missing
census
  definition is select 1, wanted select 2
`);
});

test('no difference is no text', () => expect(showDifferences([])).toBe(''));

function shownAs(kind: Difference['kind'], path: readonly string[], value: unknown, other?: unknown): string {
  const [live, wanted] = kind === 'missing' ? [undefined, value] : [value, other];
  return showDifferences([{ kind, path, live, wanted }]);
}

test.each<[string, unknown, string]>([
  ['column', { type: 'text', nullable: true, default: undefined, generated: undefined }, ': text null'],
  [
    'column',
    { type: 'text', nullable: false, default: "''", generated: '(1) stored' },
    ": text not null default '' generated (1) stored",
  ],
  ['check', { name: 'a', expression: 'legs > 0' }, ': legs > 0'],
  ['check', { name: 'a', expression: '' }, ''],
  ['index', { name: 'a', columns: ['id'], definition: 'unique (id)' }, ': unique (id)'],
  [
    'foreign key',
    { references: { name: 'owner', namespace: undefined }, referencedColumns: ['a', 'b'] },
    ': to owner (a, b)',
  ],
  ['policy', 'using (true)', ': using (true)'],
  ['primary key', ['id', 'kind'], ': (id, kind)'],
  ['trigger', { name: 'a', does: undefined }, ''],
  ['owner', null, ''],
  ['owner', undefined, ''],
  ['owner', 4, ''],
  ['owner', '', ''],
])('a %s that is %j is described in a few words', (part, thing, said) => {
  expect(shownAs('missing', ['animal', part, 'a'], thing)).toBe(`animal\n  ${part} a is missing${said}`);
  expect(shownAs('extra', ['animal', part, 'a'], thing)).toBe(`animal\n  ${part} a is extra${said}`);
});

test.each<[unknown, unknown, string]>([
  [undefined, 'a', 'is none, wanted a'],
  ['', true, 'is , wanted true'],
  [['a', 1], null, 'is (a, 1), wanted null'],
  [{ a: 1 }, 2, 'is {"a":1}, wanted 2'],
])('%j instead of %j', (live, wanted, said) => {
  expect(shownAs('different', ['animal', 'kind'], live, wanted)).toBe(`animal\n  kind ${said}`);
  expect(shownAs('different', ['animal', 'column', 'legs', 'type'], live, wanted)).toBe(
    `animal\n  column legs\n    type ${said}`,
  );
});

test('a table that is missing or extra has no parts to tell', () => {
  const parts: Difference[] = [
    { kind: 'missing', path: ['animal', 'column', 'legs'], live: undefined, wanted: {} },
    { kind: 'extra', path: ['animal'], live: {}, wanted: undefined },
  ];
  expect(showDifferences(parts)).toBe('animal is extra');
});

test('a part that is extra next to one of its name that differs is told as such', () => {
  expect(
    showDifferences([
      { kind: 'different', path: ['animal', 'index', 'legs', 'unique'], live: true, wanted: false },
      { kind: 'extra', path: ['animal', 'index', 'legs'], live: 'unique (legs)', wanted: undefined },
    ]),
  ).toBe(`animal
  index legs
    unique is true, wanted false
    is extra: unique (legs)`);
});

test('parts of one name are told together, those of different kinds apart', () => {
  expect(
    showDifferences([
      { kind: 'different', path: ['animal', 'index', 'legs', 'unique'], live: true, wanted: false },
      { kind: 'missing', path: ['animal', 'column', 'legs'], live: undefined, wanted: 'integer' },
      { kind: 'different', path: ['animal', 'index', 'legs', 'method'], live: 'btree', wanted: 'hash' },
      { kind: 'extra', path: ['animal', 'owner'], live: 'me', wanted: undefined },
    ]),
  ).toBe(`animal
  index legs
    unique is true, wanted false
    method is btree, wanted hash
  column legs is missing: integer
  owner is extra: me`);
});

test('a statement that ends a difference is told with it', () => {
  const [live, wanted, fix] = ['not valid', 'valid', 'alter table animal validate constraint even'];
  expect(showDifferences([{ kind: 'different', path: ['animal', 'check', 'even', 'validity'], live, wanted, fix }]))
    .toBe(`animal
  check even
    validity is not valid, wanted valid
    run alter table animal validate constraint even`);
});
