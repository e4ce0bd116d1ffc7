import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { modelsOffline } from '../../../lib/models/frozen-models.ts';
import { generateRows } from '../../../lib/testing/rows/generate-rows.ts';
import { openSchema } from '../../../lib/open-schema.ts';
import type { Schema } from '../../../lib/schema.ts';
import { captureRows, installAt, type InstalledAt } from '../../../lib/testing/rows/install-at.ts';
import type { CapturedRows } from '../../../lib/testing/row-comparison/captured-rows.ts';
import { schemaOn } from '../../dump/releases.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { foundAndMade } from './as-made.ts';
import { everything } from './everything.ts';

/*
 * Rows made for entities of all sorts: a database takes them, has them exactly, and an entity can be made of each.
 */

const SEED = 7;
const KINDS = [sqliteMemory, postgresql];

interface Made {
  readonly database: TestDatabase;
  readonly schema: Schema;
  readonly installed: InstalledAt;
  readonly captured: CapturedRows;
}

const made = new Map<string, Made>();

beforeAll(async () => {
  for (const kind of KINDS) {
    const database = await kind.create();
    const schema = await schemaOn(database, [everything()]);
    const call = openSchema(schema).call({}, 'install');
    const installed = await installAt(call, 1, { seed: SEED, rows: 30 });
    made.set(kind.name, { database, schema, installed, captured: await captureRows(call) });
  }
}, 120_000);

afterAll(async () => {
  for (const { database, captured } of made.values()) {
    await captured[Symbol.asyncDispose]();
    await database.drop();
  }
});

const of = (name: string) => made.get(name) as Made;

describe.each(KINDS)('on $name', ({ name }) => {
  test('the database has the rows that were made, byte by byte', async () => {
    const { installed, captured } = of(name);
    const rows = await foundAndMade(installed, captured);
    expect(rows.found).toEqual(rows.made);
  });

  test('only what cannot be filled is empty, with the reason', () => {
    const { unfilled } = of(name).installed;
    expect(unfilled.map(({ table }) => table)).toEqual(['impossible', 'leaning']);
  });

  test('each column has values and, where it may, nulls; relations lead both ways', async () => {
    const { installed } = of(name);
    const wrong: string[] = [];
    for (const { plan, rows } of installed.rows.tables.filter(one => one.rows.length > 0)) {
      for (const [at, column] of plan.columns.entries()) {
        const cells = new Set(rows.map(({ cells: all }) => all[at]));
        const title = `${plan.table.title}.${column.name}`;
        if (cells.size === (cells.has('null') ? 1 : 0)) wrong.push(`${title} has no values`);
        if (column.nullable && !plan.isShared && !cells.has('null')) wrong.push(`${title} is never null`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('an entity can be made of each row, and nothing refers to nowhere', async () => {
    const { database, installed } = of(name);
    const bound = bindModule(everything(), { name: 'the release' });
    const orm = await database.orm([...bound.all]);
    const em = orm.em.fork();
    const missing: string[] = [];
    for (const [entity, schema] of Object.entries(bound.entities)) {
      if (schema.meta.embeddable) continue;
      const found = await em.find(schema as EntitySchema<object>, {});
      const own = installed.rows.tables.find(({ table }) => table.entities.includes(entity));
      const isThere = own?.rows.some(row => row.entity === entity);
      if (isThere && found.length === 0) missing.push(entity);
    }
    expect(missing).toEqual([]);
    const [kind] = await em.find(bound.entities['Kinds'] as EntitySchema<Record<string, unknown>>, {
      home: { city: { $ne: null } },
    });
    expect(kind).toHaveProperty('home.city');
    const { rows } = installed;
    const people = rows.tables.find(({ table }) => table.title === 'party');
    expect(new Set(people?.rows.map(({ entity }) => entity))).toEqual(new Set(['Person', 'Firm']));
    const vehicles = rows.tables.find(({ table }) => table.title === 'vehicle');
    expect(new Set(vehicles?.rows.map(({ entity }) => entity))).toEqual(new Set(['Vehicle', 'Car', 'Truck']));
  });
});

test('the rows are the same on both dialects, but for digits of a second that a column does not keep', () => {
  const [one, other] = KINDS.map(({ name }) =>
    of(name).installed.rows.tables.map(({ table, rows }) => [
      table.title,
      rows.map(({ cells }) => cells.join().replaceAll(/(?<=\d\d:\d\d:\d\d)\.\d+/g, '')),
    ]),
  );
  expect(one).toEqual(other);
});

describe('the seed', () => {
  const rowsOf = (schema: Schema, module: object, seed: number) => {
    const { database } = openSchema(schema);
    const models = modelsOffline(database.orm, module, { name: 'a version' });
    const { tables } = generateRows(models, undefined, { seed, rows: 10 });
    return Object.fromEntries(tables.map(({ table, rows }) => [table.title, rows.map(({ cells }) => cells)]));
  };

  test('gives each table its own rows where two namespaces have one of the same name', () => {
    const Tag = defineEntity({ name: 'Tag', properties: { name: p.string().length(30).primary() } });
    const module = {
      Tag,
      Mark: defineEntity({
        name: 'Mark',
        tableName: 'tag',
        schema: 'above',
        properties: { id: p.integer().primary(), label: p.string() },
      }),
      Note: defineEntity({
        name: 'Note',
        schema: 'above',
        properties: { id: p.integer().primary(), tag: () => p.manyToOne(Tag) },
      }),
    };
    const rows = rowsOf(of(postgresql.name).schema, module, 1);
    const keys = new Set(rows['tag']?.map(([name]) => name));
    expect(rows['tag']).toHaveLength(10);
    expect(rows['above.tag']?.every(([id, label]) => /^-?\d+$/.test(id ?? '') && label?.startsWith('"'))).toBe(true);
    expect(rows['above.note']?.every(([, tag]) => keys.has(tag))).toBe(true);
  });

  test('makes the same rows again, also if a table is added, and another seed other ones', () => {
    const { schema } = of(sqliteMemory.name);
    const first = rowsOf(schema, everything(), 1);
    expect(rowsOf(schema, everything(), 1)).toEqual(first);
    const { Tree } = everything();
    expect(rowsOf(schema, { Tree }, 1)['tree']).toEqual(first['tree']);
    expect(rowsOf(schema, everything(), 2)['kinds']).not.toEqual(first['kinds']);
  });
});
