import { p } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { animal, bare, leo } from './zoo.ts';

const kept = { 'select name, legs from animal': [{ name: 'Leo', legs: 4 }] };
const legs = () => p.integer().default(4);

// SQL that somebody wrote, with a comment to the line's end in it.
proveChanges([
  {
    name: 'a view comes with a comment in it',
    before: () => animal({ legs: legs() }),
    after: () => ({
      ...animal({ legs: legs() }),
      Tall: view('select name -- of those that stand\n from animal where legs > 1'),
    }),
    rows: [leo, `insert into animal (id, name, legs) values (2, 'Kaa', 0)`],
    kept: { 'select name from tall': [{ name: 'Leo' }] },
  },
  {
    name: 'a check comes with a comment in it',
    before: () => animal({ legs: legs() }),
    after: () =>
      animal(
        { legs: legs() },
        { checks: [{ name: 'stands', expression: 'legs > 0 -- all that stand\n and legs < 9' }] },
      ),
    rows: [leo],
    kept,
  },
  {
    name: 'a partial index comes with a comment in it',
    before: () => animal({ legs: legs() }),
    after: () =>
      animal(
        { legs: legs() },
        { indexes: [{ name: 'standing', properties: ['legs'], where: 'legs > 0 -- all that stand\n and legs < 9' }] },
      ),
    rows: [leo],
    kept,
  },
  {
    name: 'a generated column comes with a comment in it',
    before: () => animal({ legs: legs() }),
    after: () =>
      animal({ legs: legs(), pairs: p.integer().generated('(legs / 2 -- of legs\n + 0) stored').nullable() }),
    rows: [leo],
    kept: { 'select pairs from animal': [{ pairs: 2 }] },
  },
]);

function view(expression: string) {
  return bare('Tall', { name: p.string().primary() }, { view: true, expression });
}
