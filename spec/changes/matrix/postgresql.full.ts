import { p, type EntitySchema } from '@mikro-orm/core';
import type { Cell } from './cell.ts';
import { proveChanges } from './prove.ts';
import { animal, bare, leo, named } from './zoo.ts';

const only = 'postgresql';
const rows = [leo];
const kept = { 'select name from animal': [{ name: 'Leo' }] };

function coded(collation: string | undefined): Record<string, EntitySchema> {
  const code = () => (collation === undefined ? p.string() : p.string().collation(collation));
  const Zoo = bare('Zoo', { code: code().primary() });
  return { Zoo, Animal: named('Animal', { zoo: () => p.manyToOne(Zoo).nullable() }) };
}

const cells: Cell[] = [
  {
    name: 'the key that others refer to gets a collation',
    before: () => coded(undefined),
    after: () => coded('C'),
    rows: [`insert into zoo (code) values ('a')`, `insert into animal (id, name, zoo_code) values (1, 'Leo', 'a')`],
    kept: { 'select name, zoo_code from animal': [{ name: 'Leo', zoo_code: 'a' }] },
    only,
  },
  {
    name: 'a unique property is indexed no longer',
    before: () => animal({ kind: p.string().nullable().unique().index() }),
    after: () => animal({ kind: p.string().nullable().unique() }),
    rows,
    kept,
  },
  {
    name: 'a key becomes a small one',
    before: () => ({ Animal: bare('Animal', { id: p.integer().primary(), name: p.string() }) }),
    after: () => ({ Animal: bare('Animal', { id: p.smallint().primary(), name: p.string() }) }),
    rows,
    kept,
    only,
  },
  {
    name: 'a small key becomes a large one',
    before: () => ({ Animal: bare('Animal', { id: p.smallint().primary(), name: p.string() }) }),
    after: () => ({ Animal: bare('Animal', { id: p.bigint().primary(), name: p.string() }) }),
    rows,
    kept,
    only,
  },
];

proveChanges(cells);
