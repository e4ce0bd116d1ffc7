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

describe('a second index over the same column', () => {
  const by = { name: 'by_kind', properties: ['kind'] };
  const two = animals({ kind: p.string().nullable().index() }, { indexes: [by] });
  test.each<[string, Release]>([
    ['of the property', animals({ kind: p.string().nullable() }, { indexes: [by] })],
    ['of the entity', animals({ kind: p.string().nullable().index() })],
  ])('goes, the one %s, by either operation', async (_, one) => {
    const [isWanted, was] = [await freshStorage(one), await freshStorage(two)];
    for (const operation of ['alterProperty', 'alterStorage'] as const) {
      for (const [before, after, wanted] of [
        [two, one, isWanted],
        [one, two, was],
      ] as const) {
        const failure = await upgradeByStep(database, {
          before,
          after,
          up: step => step[operation](step.before.Animal as never, step.after.Animal as never, 'kind' as never),
        });
        expect(failure).toBeUndefined();
        expect(await storage()).toEqual(wanted);
      }
    }
  });
});

describe('comments', () => {
  const COMMENTS = `select obj_description('animal'::regclass, 'pg_class') as of_table, col_description('animal'::regclass, 2) as of_column`;
  const said = (ofTable: string | undefined, ofColumn: string | undefined) =>
    animals(
      { kind: ofColumn === undefined ? p.string().nullable() : p.string().nullable().comment(ofColumn) },
      ofTable === undefined ? {} : { comment: ofTable },
    );
  const alter = async (before: Release, after: Release, rows?: string) => {
    const failure = await upgradeByStep(database, {
      before,
      after,
      ...(rows !== undefined && { rows }),
      up: step => step.alterStorage(step.before.Animal as never, step.after.Animal as never),
    });
    expect(failure).toBeUndefined();
    return (await database.execute(COMMENTS))[0];
  };

  test('of a table and its columns come, change and go with the entity', async () => {
    const [none, some, others] = [said(undefined, undefined), said(`it's`, 'b'), said('c', 'd')];
    expect(await alter(none, some)).toEqual({ of_table: `it's`, of_column: 'b' });
    expect(await alter(some, others)).toEqual({ of_table: 'c', of_column: 'd' });
    expect(await alter(others, none)).toEqual({ of_table: null, of_column: null });
  });

  test('that no entity gave are left alone', async () => {
    const own = `comment on table animal is 'own'; comment on column animal.kind is 'own too'`;
    expect(await alter(said(undefined, undefined), said(undefined, undefined), own)).toEqual({
      of_table: 'own',
      of_column: 'own too',
    });
    expect(await alter(said('a', 'b'), said(undefined, undefined), own)).toEqual({
      of_table: 'own',
      of_column: 'own too',
    });
  });

  test('of a column go by alterProperty', async () => {
    const failure = await upgradeByStep(database, {
      before: said(undefined, 'b'),
      after: said(undefined, undefined),
      up: step => step.alterProperty(step.before.Animal as never, step.after.Animal as never, 'kind' as never),
    });
    expect(failure).toBeUndefined();
    expect((await database.execute(COMMENTS))[0]).toEqual({ of_table: null, of_column: null });
  });
});
