import { expect, test } from '@jest/globals';
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
