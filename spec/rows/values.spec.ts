import { expect, test } from '@jest/globals';
import { defineEntity, p, raw } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { postgresql, sqliteMemory } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

function animal(later: boolean) {
  const Address = defineEntity({
    name: 'Address',
    embeddable: true,
    properties: {
      street: p.string(),
      floor: p.bigint(),
      since: p.datetime(),
      doors: p.array(),
      notes: p.json<object>().nullable(),
    },
  });
  const id = p.integer().primary();
  return defineEntity({
    name: 'Animal',
    properties: later ? { id, address: () => p.embedded(Address) } : { id },
  });
}

test.each([sqliteMemory, postgresql])(
  'SQL fills the parts of an embeddable, whatever their types: $name',
  async kind => {
    await using database = await kind.create();
    const zoo = { guid: 'zoo' };
    await new (schemaClass({ ...zoo, latest: 1 }))(await database.orm([animal(false)])).upgrade();
    await database.execute('insert into animal (id) values (7)');
    const Later = animal(true);
    const since = kind.dialect === 'sqlite' ? '1700000000000' : `timestamp '2023-11-14 22:13:20'`;
    const upgradeTo_2 = (step: Step) =>
      step.addProperty(Later, 'address' as never, {
        fill: {
          street: raw(`'No ' || id`),
          floor: raw('id + 1'),
          since: raw(since),
          doors: kind.dialect === 'sqlite' ? ['a', 'b'] : raw(`array['a', 'b']`),
          notes: raw(`'{"old":true}'`),
        } as never,
      });
    await new (schemaClass({ ...zoo, latest: 2, upgradeTo_2 }))(await database.orm([Later])).upgrade();
    const orm = await database.orm([Later]);
    expect(await orm.em.fork().find(Later, {})).toMatchObject([
      {
        id: 7,
        address: {
          street: 'No 7',
          floor: 8n,
          since: new Date(1_700_000_000_000),
          doors: ['a', 'b'],
          notes: { old: true },
        },
      },
    ]);
  },
);
