import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import { postgresql, sqliteMemory } from '../support/databases.ts';
import { moduleOf, stageOf } from './stage.ts';

/** Animals with a view, an index, a check and a trigger over a column that has one name or another. */
function zoo(column: string, dialect: 'sqlite' | 'postgresql') {
  const Animal = defineEntity({
    name: 'Animal',
    checks: [{ name: 'few', expression: `${column} < 100` }],
    indexes: [{ name: 'some', properties: [column], where: `${column} > 2` }],
    triggers: [
      {
        name: 'grows',
        timing: 'after',
        events: ['update'],
        forEach: 'row',
        when: `new.${column} > old.${column}`,
        body: dialect === 'sqlite' ? 'select 1' : 'return new',
      },
    ],
    properties: {
      id: p.integer().primary(),
      [column]: p.integer(),
      twice: p.integer().generated(`(${column} * 2) stored`),
    },
  } as never) as EntitySchema;
  const Census = defineEntity({
    name: 'Census',
    view: true,
    expression: `select a.${column} as size, count(*) as heads from animal as a where a.${column} > 1 group by a.${column}`,
    properties: { size: p.integer().primary(), heads: p.integer() },
  });
  return moduleOf(Animal, Census as never);
}

describe.each([sqliteMemory, postgresql])('on $name', kind => {
  test('what the database itself rewrites when a column is renamed is no difference', async () => {
    await using database = await kind.create();
    const stage = await stageOf(database);
    const renames = [{ kind: 'column', table: 'animal', from: 'legs', to: 'feet' }] as const;
    const found = await stage.look({
      from: zoo('legs', kind.dialect),
      to: zoo('feet', kind.dialect),
      before: 'create index mine on animal (legs)',
      does: 'alter table animal rename column legs to feet',
      renames,
    });
    expect(found).toEqual({ before: ['extra animal.index.mine'], made: [], kept: ['extra animal.index.mine'] });
  });
});
