import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Step } from '../../../../lib/index.ts';
import { bindModule } from '../../../../lib/models/bind-module.ts';
import { sqliteMemory, type TestDatabase } from '../../../support/databases.ts';
import { schemaClass } from '../../../support/schemas.ts';
import { CELLS, REFUSED, TYPES, type Cell } from './types.ts';

type Module = Record<string, EntitySchema>;
type AnyStep = Step<Module, Module>;

const names = Object.keys(TYPES);
const column = (type: string) => `to_${names.indexOf(type)}`;
const nameOf = (cell: Cell) => `Cell${CELLS.indexOf(cell)}`;
const frozen = (given: Module) => ({ fingerprint: 'cells:0', load: async () => given });

/** An entity for each cell, with a property for each type that the cell's value is to become. */
function moduleOf(typeOf: (cell: Cell, to: string) => string): Module {
  return Object.fromEntries(
    CELLS.map(cell => {
      const typed = names.map(to => [column(to), TYPES[typeOf(cell, to)]?.().nullable()]);
      const properties = { id: p.integer().primary(), ...Object.fromEntries(typed) } as never;
      return [nameOf(cell), defineEntity({ name: nameOf(cell), tableName: nameOf(cell).toLowerCase(), properties })];
    }),
  ) as never;
}

const bound = (given: Module, name: string) => [...bindModule({ ...given }, { name }).all];

async function writeRows(database: TestDatabase, entities: readonly EntitySchema[]): Promise<void> {
  const em = (await database.orm([...entities])).em.fork();
  for (const cell of CELLS) {
    const values = names.map(to => [column(to), cell.sql ? null : cell.value]);
    em.create(nameOf(cell) as never, { id: 1, ...Object.fromEntries(values) } as never);
  }
  await em.flush();
  for (const cell of CELLS.filter(({ sql }) => sql)) {
    const set = names.map(to => `${column(to)} = ${cell.value as string}`);
    await database.execute(`update ${nameOf(cell).toLowerCase()} set ${set.join(', ')}`);
  }
}

/** What became of a value: what MikroORM reads, or that it was refused. */
type Outcomes = ReadonlyMap<Cell, Readonly<Record<string, unknown>>>;

async function readBack({ after: { em } }: AnyStep, entity: EntitySchema, name: string): Promise<unknown> {
  try {
    const [row] = await em.find(entity, {}, { fields: [name] as never });
    return (row as Record<string, unknown> | undefined)?.[name];
  } catch (error) {
    return error;
  } finally {
    // What was stored for another type looks changed, and is not to be written.
    em.clear();
  }
}

async function alterAll(step: AnyStep): Promise<Outcomes> {
  const outcomes = new Map<Cell, Record<string, unknown>>();
  for (const cell of CELLS) {
    const [old, now] = [step.before[nameOf(cell)], step.after[nameOf(cell)]] as [EntitySchema, EntitySchema];
    const became: Record<string, unknown> = {};
    for (const to of names) {
      became[to] = await step.alterProperty(old, now, column(to) as never).then(
        () => readBack(step, now, column(to)),
        ({ code, rows, message }: { code?: string; rows?: number; message: string }) =>
          code === 'OPERATION_REFUSED' && rows === 1 ? REFUSED : message,
      );
    }
    outcomes.set(cell, became);
  }
  return outcomes;
}

async function becomeAll(): Promise<Outcomes> {
  await using database = await sqliteMemory.create();
  const [before, after] = [moduleOf(({ from }) => from), moduleOf((_, to) => to)];
  const first = bound(before, 'before');
  await new (schemaClass({ latest: 1 }))(await database.orm(first as never)).upgrade();
  await writeRows(database, bound(before, 'writer') as never);
  let outcomes: Outcomes | undefined;
  const Zoo = schemaClass({
    latest: 2,
    versions: { 1: frozen(before), 2: frozen(after) },
    upgradeTo_2: async (step: AnyStep) => {
      outcomes = await alterAll(step);
      throw new Error('seen');
    },
  });
  await expect(new Zoo(await database.orm(bound(after, 'after') as never)).upgrade()).rejects.toMatchObject({
    cause: { message: 'seen' },
  });
  return outcomes as Outcomes;
}

describe('a value of one type', () => {
  let outcomes: Promise<Outcomes>;
  test.each(CELLS.map(cell => [cell.from, cell.value, cell] as const))('%s %p', async (_from, _value, cell) => {
    outcomes ??= becomeAll();
    const wanted = Object.fromEntries(names.map(to => [to, to in cell.to ? cell.to[to] : REFUSED]));
    expect((await outcomes).get(cell)).toEqual(wanted);
  });

  test('has a cell for every type', () => {
    expect(names.filter(name => !CELLS.some(({ from }) => from === name))).toEqual([]);
  });
});
