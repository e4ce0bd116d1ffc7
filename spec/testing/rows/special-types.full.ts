import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { openSchema } from '../../../lib/open-schema.ts';
import { captureRows, installAt } from '../../../lib/testing/rows/install-at.ts';
import { schemaOn } from '../../dump/releases.ts';
import { postgresql, type TestDatabase } from '../../support/databases.ts';
import { foundAndMade } from './as-made.ts';

/*
 * Types that PostgreSQL has beside those of MikroORM, lists of them, and texts that a check wants in one form: rows are made,
 * and the database has them as they were made. Where none can be made, the reason is told.
 */

const TYPES = [
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
  'bit',
  'bit(8)',
  'bit varying(9)',
  'int4range',
  'int8range',
  'numrange',
  'daterange',
  'tsrange',
  'tstzrange',
  'int4multirange',
  'point',
  'xml',
  'interval',
];
const LISTED = [
  'inet',
  'cidr',
  'macaddr',
  'bit(3)',
  'int4range',
  'tstzrange',
  'interval',
  'date',
  'uuid',
  'boolean',
  'numeric(8,2)',
  'timestamptz',
];

const CHECKS: Readonly<Record<string, string>> = {
  upper: 'upper_code = upper(upper_code)',
  lower: 'lower(lower_code) = lower_code',
  trimmed: 'trimmed_code = btrim(trimmed_code)',
  address: `address_code like '%@%'`,
  long: 'length(long_code) between 3 and 5',
  starts: `starts_code like 'AB-%'`,
};

const nameOf = (type: string) => `t_${type.replaceAll(/\W+/g, '_')}`;

function entities() {
  const of = (types: readonly string[], suffix: string) =>
    Object.fromEntries(
      types.map(type => [
        `${nameOf(type)}${suffix}`,
        p
          .string()
          .columnType(`${type}${suffix && '[]'}`)
          .nullable(),
      ]),
    );
  const id = () => p.integer().primary();
  const Kinds = defineEntity({
    name: 'Kinds',
    properties: { id: id(), ...of(TYPES, '') },
  });
  const Lists = defineEntity({
    name: 'Lists',
    properties: { id: id(), ...of(LISTED, '_list') },
  });
  const Arrays = defineEntity({
    name: 'Arrays',
    properties: {
      id: id(),
      ...Object.fromEntries(LISTED.map(type => [nameOf(type), p.array().columnType(`${type}[]`).nullable()])),
    },
  });
  const Checked = defineEntity({
    name: 'Checked',
    checks: Object.entries(CHECKS).map(([name, expression]) => ({ name, expression })),
    properties: {
      id: id(),
      ...Object.fromEntries(Object.keys(CHECKS).map(name => [`${name}Code`, p.string()])),
    },
  });
  const Pinned = defineEntity({
    name: 'Pinned',
    checks: [{ name: 'digits', expression: `code ~ '^[0-9]{4}$'` }],
    properties: { id: id(), code: p.string() },
  });
  const Plot = defineEntity({
    name: 'Plot',
    properties: { id: id(), area: p.string().columnType('polygon') },
  });
  return { Kinds, Lists, Arrays, Checked, Pinned, Plot };
}

let database: TestDatabase;
let installed: Awaited<ReturnType<typeof installAt>>;
let captured: Awaited<ReturnType<typeof captureRows>>;
beforeAll(async () => {
  database = await postgresql.create();
  const call = openSchema(await schemaOn(database, [entities()])).call({}, 'install');
  installed = await installAt(call, 1, { seed: 7, rows: 30 });
  captured = await captureRows(call);
});
afterAll(async () => {
  await captured[Symbol.asyncDispose]();
  await database.drop();
});

test('each type has values, and the database says them as they were made', async () => {
  const { found, made } = await foundAndMade(installed, captured);
  expect(found).toEqual(made);
});

test('no column is without values, and no row was given up', () => {
  const told = installed.rows.tables.map(({ plan, rows }) => [
    plan.table.title,
    rows.length,
    plan.columns.filter((_, at) => rows.every(({ cells }) => cells[at] === 'null')).map(({ name }) => name),
  ]);
  expect(told).toEqual([
    ['arrays', 30, []],
    ['checked', 30, []],
    ['kinds', 30, []],
    ['lists', 30, []],
    ['pinned', 0, ['id', 'code']],
    ['plot', 0, ['id', 'area']],
  ]);
});

test('where none can be made, the reason is told', () => {
  expect(installed.unfilled).toEqual([
    {
      table: 'pinned',
      why: 'the database refuses each row: new row for relation "pinned" violates check constraint "digits"',
    },
    {
      table: 'plot',
      why: expect.stringContaining('the database refuses each row: invalid input syntax for type polygon'),
    },
  ]);
});
