import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Step } from '../../../lib/index.ts';
import { postgresql, type TestDatabase } from '../../support/databases.ts';
import { schemaClass } from '../../support/schemas.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await postgresql.create();
});
afterAll(() => database.drop());

test('tenants of one ORM have foreign keys and native enums of their own, made by steps of live entities', async () => {
  const Zoo = defineEntity({ name: 'Zoo', properties: { id: p.integer().primary() } });
  const animal = (more: () => object) =>
    defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), ...more() } });
  const before = await database.orm([Zoo, animal(() => ({}))]);
  const after = await database.orm([
    Zoo,
    animal(() => ({
      zoo: () => p.manyToOne(Zoo).nullable().deleteRule('cascade'),
      mood: p.enum(['calm', 'wild']).nativeEnumName('mood').nullable(),
    })),
  ]);
  const First = schemaClass({ latest: 1 });
  const Second = schemaClass({
    latest: 2,
    async upgradeTo_2(step: Step) {
      const { class: Animal } = step.em.getMetadata().getByClassName('Animal');
      await step.addProperty(Animal, 'zoo');
      await step.addProperty(Animal, 'mood');
    },
  });
  for (const namespace of ['acme', 'globex']) {
    await new First(before, { namespace }).upgrade();
    await new Second(after, { namespace }).upgrade();
  }
  expect(
    await database.execute(
      `select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint where contype = 'f' and conrelid::regclass::text like '%animal' order by 1`,
    ),
  ).toEqual([
    { child: 'acme.animal', parent: 'acme.zoo' },
    { child: 'globex.animal', parent: 'globex.zoo' },
  ]);
  expect(
    await database.execute(
      `select attrelid::regclass::text as animal, atttypid::regtype::text as mood from pg_attribute where attname = 'mood' order by 1`,
    ),
  ).toEqual([
    { animal: 'acme.animal', mood: 'acme.mood' },
    { animal: 'globex.animal', mood: 'globex.mood' },
  ]);
});

test('tables of one name in two namespaces keep their own types and defaults', async () => {
  const log = (schema: string | undefined, note: object) =>
    defineEntity({
      name: `Log${schema ?? ''}`,
      tableName: 'log',
      ...(schema !== undefined && { schema }),
      properties: { id: p.integer().primary(), note: note as never },
    });
  const before = await database.orm([log('audit', p.integer().nullable()), log(undefined, p.integer().nullable())]);
  const after = await database.orm([log('audit', p.text().default("a'b")), log(undefined, p.smallint().default(4))]);
  await new (schemaClass({ guid: 'logs', latest: 1 }))(before, { namespace: 'shop' }).upgrade();
  const Later = schemaClass({
    guid: 'logs',
    latest: 2,
    async upgradeTo_2(step: Step) {
      for (const name of ['Logaudit', 'Log'])
        await step.alterProperty(step.em.getMetadata().getByClassName(name).class, 'note' as never);
    },
  });
  await new Later(after, { namespace: 'shop' }).upgrade();
  expect(
    await database.execute(
      `select table_schema as namespace, data_type as type, column_default as default from information_schema.columns where table_name = 'log' and column_name = 'note' order by 1`,
    ),
  ).toEqual([
    { namespace: 'audit', type: 'text', default: "'a''b'::text" },
    { namespace: 'shop', type: 'smallint', default: '4' },
  ]);
});
