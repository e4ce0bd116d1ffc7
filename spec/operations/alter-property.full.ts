import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { postgresql, type TestDatabase } from '../support/databases.ts';
import { type Release, upgradeByStep } from '../support/two-releases.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await postgresql.create();
});
afterAll(() => database.drop());

/** A release with one entity. */
function animals(properties: object, more: object = {}): Release {
  return {
    Animal: defineEntity({
      name: 'Animal',
      properties: { id: p.integer().primary(), ...properties },
      ...more,
    } as never),
  };
}

async function storage(): Promise<unknown> {
  return database.execute(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as is, ` +
      `(select pg_get_constraintdef(oid) from pg_constraint where conindid = indexrelid) as constraint ` +
      `from pg_index where indrelid = 'animal'::regclass and not indisprimary order by 1`,
  );
}

async function freshStorage(release: Release): Promise<unknown> {
  expect(await upgradeByStep(database, { before: release, up: async () => {} })).toBeUndefined();
  return storage();
}

describe('alterProperty() makes an index again that has become another by', () => {
  const name = { name: p.string(), kind: p.string() };
  const one = (index: object) => animals(name, { indexes: [{ name: 'by_name', properties: ['name'], ...index }] });
  const unique = (index: object) => animals(name, { uniques: [{ name: 'by_name', properties: ['name'], ...index }] });
  test.each<[string, Release, Release]>([
    ['its type', one({}), one({ type: 'hash' })],
    ['what it includes', one({}), one({ include: ['kind'] })],
    ['its fill factor', one({ fillFactor: 70 }), one({ fillFactor: 80 })],
    ['its order', one({}), one({ columns: [{ name: 'name', sort: 'DESC', nulls: 'LAST' }] })],
    ['its collation', one({}), one({ columns: [{ name: 'name', collation: 'C' }] })],
    ['where it is', one({}), one({ where: `name <> ''` })],
    ['being unique', one({}), unique({})],
    ['when it is checked', unique({}), unique({ deferMode: 'deferred' })],
    ['being a constraint no longer', unique({}), unique({ where: `name <> ''` })],
  ])('%s, there and back', async (_, before, after) => {
    const isWanted = await freshStorage(after);
    const was = await freshStorage(before);
    const alter = async (release: { before: Release; after: Release }) =>
      upgradeByStep(database, {
        ...release,
        up: step => step.alterProperty(step.before.Animal as never, step.after.Animal as never, 'name' as never),
      });
    expect(await alter({ before, after })).toBeUndefined();
    expect(await storage()).toEqual(isWanted);
    expect(await alter({ before: after, after: before })).toBeUndefined();
    expect(await storage()).toEqual(was);
  });
});
