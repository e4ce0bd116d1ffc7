import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { proveSchema } from '../../lib/testing/index.ts';
import { findingsOf } from '../support/findings.ts';
import { madeSchema } from './made-schema.ts';

/*
 * Values of columns that a step alters, and rows whose key it changes: what has room stays as it is.
 */

// oxlint-disable-next-line typescript/no-explicit-any -- of entities that are made in a function
type AnyStep = any;

function items(version: 1 | 2) {
  const isNew = version === 2;
  const Shelf = defineEntity({
    name: 'Shelf',
    properties: { code: isNew ? p.string().primary() : p.integer().primary(), name: p.string(), room: p.string() },
  });
  const Item = defineEntity({
    name: 'Item',
    properties: {
      id: isNew ? p.bigint().primary() : p.integer().primary(),
      name: isNew ? p.text() : p.string(),
      code: p.string().length(isNew ? 40 : 20),
      mood: p.enum(['glad', 'sad', ...(isNew ? ['odd'] : [])]),
      price: p
        .decimal()
        .precision(14)
        .scale(isNew ? 4 : 2),
      count: isNew ? p.bigint() : p.integer(),
      number: isNew ? p.string() : p.integer(),
      note: isNew ? p.string().default('') : p.string().nullable(),
      born: isNew ? p.datetime().nullable() : p.datetime(),
    },
  });
  return { Shelf, Item };
}

async function findings(...statements: readonly string[]): Promise<string> {
  const { SchemaClass, entities } = madeSchema({
    versions: [() => items(1), () => items(2)],
    methods: {
      async upgradeTo_2(step: AnyStep) {
        await step.execute(`update item set note = '' where note is null`);
        await step.alterStorage(step.before.Item, step.after.Item);
        await step.alterStorage(step.before.Shelf, step.after.Shelf);
        for (const statement of statements) await step.execute(statement);
      },
    },
  });
  const checks = await proveSchema(SchemaClass, { databases: [{ entities: entities() as never }] });
  return (await findingsOf(checks.filter(({ law }) => law === 2))).join('\n');
}

test('a step that alters columns and keeps their values is right', async () => {
  expect(await findings()).toBe('');
});

describe('law 2 names', () => {
  test.each([
    ['a text that is cut', `update item set name = substr(name, 1, 3)`, /item\.name: \d+ rows changed/],
    ['a code that is emptied', `update item set code = ''`, /item\.code: \d+ rows changed/],
    ['an enum whose values are exchanged', `update item set mood = 'odd'`, /item\.mood: \d+ rows changed/],
    ['a decimal that is rounded', `update item set price = round(price)`, /item\.price: \d+ rows changed/],
    ['a number that is counted again', `update item set count = count + 1`, /item\.count: 20 rows changed/],
    ['a number that becomes another text', `update item set number = 'n' || number`, /item\.number: 20 rows changed/],
    ['a note that is forgotten', `update item set note = ''`, /item\.note: \d+ rows changed/],
    ['a moment that becomes null', `update item set born = null`, /item\.born: \d+ rows changed/],
    ['a row of a table with another key', `delete from shelf where code = '2'`, /shelf: 1 row lost/],
    ['a row whose values change with its key', `update shelf set room = 'attic'`, /shelf: \d+ rows lost/],
  ])('%s', async (_name, statement, says) => {
    expect(await findings(statement)).toMatch(says);
  });
});
