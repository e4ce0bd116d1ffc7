import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { proveSchema } from '../../../lib/testing/index.ts';
import { findingsOf } from '../../support/findings.ts';
import { madeSchema } from '../made-schema.ts';

/** Guests of a hotel, in a table of this name, with what each version says of them. */
const guests = (tableName: string, properties: object) => () => {
  const id = p.integer().primary();
  const House = defineEntity({ name: 'House', properties: { id, name: p.string() } });
  const house = () => p.manyToOne(House).nullable();
  return {
    House,
    Guest: defineEntity({ name: 'Guest', tableName, properties: { id, house, ...properties } } as never),
  };
};

const NARROWED: readonly [property: string, before: object, after: object][] = [
  ['title', p.string().nullable(), p.enum(['Dr.', 'Ms.']).nullable()],
  ['level', p.enum([1, 2, 3]), p.enum([1, 3])],
  ['isMember', p.integer(), p.boolean()],
  ['room', p.string(), p.integer()],
  ['floor', p.double(), p.integer()],
  ['nick', p.string().nullable(), p.string()],
  ['code', p.string(), p.string().unique()],
];

const before = Object.fromEntries(NARROWED.map(([name, property]) => [name, property]));
const { title, ...after } = Object.fromEntries(NARROWED.map(([name, , property]) => [name, property]));

/** What only the version in the middle says: the first one allows more, and in the last one it has another name. */
const made = madeSchema({
  versions: [
    guests('guest', before),
    guests('guest', { title, ...after }),
    guests('guests', { courtesy: p.string().nullable(), ...after }),
  ],
  methods: {
    async upgradeTo_2(step) {
      for (const [name] of NARROWED) await step.alterProperty(step.before.Guest, step.after.Guest, name);
      await step.addIndex(step.after.Guest, ['code']);
    },
    async upgradeTo_3(step) {
      await step.renameStorage(step.before.Guest, step.after.Guest);
      await step.renameProperty(step.before.Guest, 'title', step.after.Guest, 'courtesy');
      await step.alterProperty(step.after.Guest, 'courtesy');
    },
  },
});

test('rows that an operation refuses make place for those that each version on the way allows', async () => {
  const checks = await proveSchema(made.SchemaClass, { databases: [{ entities: made.entities() as never }] });
  expect(await findingsOf(checks)).toEqual([]);
});
