import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import { Schema, type Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import type { TestDatabase } from './databases.ts';

/** A kind of column: how a property of it is declared, and two values that rows have in it. */
export interface ColumnKind {
  readonly declare: () => Declared;
  readonly values: readonly [unknown, unknown];
}

// oxlint-disable-next-line typescript/no-explicit-any -- a builder's type says its value, and here it may be any
type Declared = any;

const mood = ['calm', 'wild'] as const;

/** Every kind of column that is tried with every operation. */
export const kinds = {
  string: { declare: () => p.string(), values: ["it's 100% \\ ? 🐧", ''] },
  text: { declare: () => p.text(), values: ['a\nb', '"q"'] },
  integer: { declare: () => p.integer(), values: [1, -2147483648] },
  smallint: { declare: () => p.smallint(), values: [7, -7] },
  bigint: { declare: () => p.bigint('string'), values: ['9007199254740991', '-1'] },
  double: { declare: () => p.double(), values: [0.5, -1e10] },
  decimal: { declare: () => p.decimal('string').precision(12).scale(3), values: ['12.345', '0.125'] },
  boolean: { declare: () => p.boolean(), values: [true, false] },
  date: { declare: () => p.date(), values: ['2026-02-28', '1999-12-31'] },
  datetime: { declare: () => p.datetime(), values: [new Date('2026-01-01T10:00:00Z'), new Date(0)] },
  uuid: {
    declare: () => p.uuid(),
    values: ['0190163d-8694-739b-aea5-966c26f8ad91', '00000000-0000-4000-8000-000000000000'],
  },
  json: { declare: () => p.json(), values: [{ a: [1, "it's"] }, { b: null }] },
  binary: { declare: () => p.blob(), values: [Buffer.from([0, 255, 39]), Buffer.from('x')] },
  array: { declare: () => p.array(), values: [['a', 'b'], ['c']] },
  enum: { declare: () => p.enum(mood), values: ['calm', 'wild'] },
  nativeEnum: { declare: () => p.enum(mood).nativeEnumName('mood_kind'), values: ['wild', 'calm'] },
} satisfies Record<string, ColumnKind>;

export type KindName = keyof typeof kinds;

interface Frozen {
  readonly Animal: EntitySchema;
  readonly Keeper: EntitySchema;
}

type Sides = Step<Frozen, Frozen>;

/** One operation, tried on a table with two rows: what the entity was, what it becomes, and what rows are left. */
export interface Trial {
  readonly before: (kind: ColumnKind) => Record<string, EntitySchema>;
  readonly after: (kind: ColumnKind) => Record<string, EntitySchema>;
  readonly run: (step: Sides, kind: ColumnKind) => Promise<unknown>;
  /** Values of `value`, by animal, in the entity as it became; `undefined` where it has none. */
  readonly left: (kind: ColumnKind) => readonly unknown[] | undefined;
}

function animal(properties: Record<string, Declared> = {}, more: object = {}): EntitySchema {
  return defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), name: p.string(), ...properties },
    ...more,
  });
}

const bare = () => ({ Animal: animal() });
const nullable = (kind: ColumnKind) => ({ Animal: animal({ value: kind.declare().nullable() }) });
const strict = (kind: ColumnKind) => ({ Animal: animal({ value: kind.declare() }) });
const indexed = (kind: ColumnKind) => ({
  Animal: animal(
    { value: kind.declare().nullable() },
    { indexes: [{ name: 'animal_value_index', properties: ['value'] }] },
  ),
});
const checked = (kind: ColumnKind) => ({
  Animal: animal(
    { value: kind.declare().nullable() },
    { checks: [{ name: 'animal_named', expression: `name <> ''` }] },
  ),
});
const kept = (kind: ColumnKind) => kind.values;

/** Every operation of a step, tried with every kind of column. */
export const trials: Readonly<Record<string, Trial>> = {
  addProperty: {
    before: bare,
    after: strict,
    run: (step, kind) => step.addProperty(step.after.Animal, 'value', { fill: kind.values[0] as never }),
    left: kind => [kind.values[0], kind.values[0]],
  },
  dropProperty: {
    before: nullable,
    after: bare,
    run: step => step.dropProperty(step.before.Animal, 'value'),
    left: () => undefined,
  },
  renameProperty: {
    before: kind => ({ Animal: animal({ worth: kind.declare().nullable() }) }),
    after: nullable,
    run: step => step.renameProperty(step.before.Animal, 'worth', step.after.Animal, 'value'),
    left: kept,
  },
  alterProperty: {
    before: nullable,
    after: strict,
    run: step => step.alterProperty(step.before.Animal, step.after.Animal, 'value'),
    left: kept,
  },
  hasProperty: {
    before: nullable,
    after: nullable,
    run: async step => assertTrue(await step.hasProperty(step.before.Animal, 'value')),
    left: kept,
  },
  createStorage: {
    before: nullable,
    after: kind => ({
      ...nullable(kind),
      Keeper: defineEntity({
        name: 'Keeper',
        properties: { id: p.integer().primary(), value: kind.declare().nullable() },
      }),
    }),
    run: step => step.createStorage(step.after.Keeper),
    left: kept,
  },
  dropStorage: {
    before: kind => ({
      ...nullable(kind),
      Keeper: defineEntity({
        name: 'Keeper',
        properties: { id: p.integer().primary(), value: kind.declare().nullable() },
      }),
    }),
    after: nullable,
    run: step => step.dropStorage(step.before.Keeper),
    left: kept,
  },
  renameStorage: {
    before: kind => ({
      Animal: defineEntity({
        name: 'Animal',
        tableName: 'beast',
        properties: { id: p.integer().primary(), name: p.string(), value: kind.declare().nullable() },
      }),
    }),
    after: nullable,
    run: step => step.renameStorage(step.before.Animal, step.after.Animal),
    left: kept,
  },
  alterStorage: {
    before: kind => ({ Animal: animal({ worth: kind.declare().nullable(), gone: p.integer().nullable() }) }),
    after: kind => ({ Animal: animal({ value: kind.declare().nullable(), legs: p.integer().default(4) }) }),
    run: step => step.alterStorage(step.before.Animal, step.after.Animal, { renamed: { worth: 'value' } }),
    left: kept,
  },
  hasStorage: {
    before: nullable,
    after: nullable,
    run: async step => assertTrue(await step.hasStorage(step.before.Animal)),
    left: kept,
  },
  addIndex: {
    before: nullable,
    after: indexed,
    run: step => step.addIndex(step.after.Animal, 'animal_value_index'),
    left: kept,
  },
  dropIndex: {
    before: indexed,
    after: nullable,
    run: step => step.dropIndex(step.before.Animal, 'animal_value_index'),
    left: kept,
  },
  hasIndex: {
    before: indexed,
    after: indexed,
    run: async step => assertTrue(await step.hasIndex(step.before.Animal, 'animal_value_index')),
    left: kept,
  },
  addCheck: {
    before: nullable,
    after: checked,
    run: step => step.addCheck(step.after.Animal, 'animal_named'),
    left: kept,
  },
  dropCheck: {
    before: checked,
    after: nullable,
    run: step => step.dropCheck(step.before.Animal, 'animal_named'),
    left: kept,
  },
  addForeignKey: {
    before: kind => related(kind, false),
    after: kind => related(kind, true),
    run: step => step.addForeignKey(step.after.Animal, 'parent'),
    left: kept,
  },
  dropForeignKey: {
    before: kind => related(kind, true),
    after: kind => related(kind, false),
    run: step => step.dropForeignKey(step.before.Animal, 'parent'),
    left: kept,
  },
  rekeyProperty: {
    before: kind => keptBy(kind, { id: p.integer().primary(), code: p.string().unique() }),
    after: kind => keptBy(kind, { id: p.integer(), code: p.string().primary() }),
    async run(step) {
      const { before, after } = step;
      await step.rekeyProperty(before.Animal, 'keeper', after.Animal, 'keeper');
      await step.alterStorage(before.Keeper, after.Keeper);
      await step.alterProperty(before.Animal, after.Animal, 'keeper');
    },
    left: kept,
  },
  moveProperty: {
    before: kind => being({}, { value: kind.declare().nullable() }),
    after: kind => being({ value: kind.declare().nullable() }, {}),
    run: step => step.moveProperty(step.before.Animal, Reflect.get(step.after, 'Being') as EntitySchema, 'value'),
    left: kept,
  },
  fill: {
    before: nullable,
    after: nullable,
    run: (step, kind) => step.fill(step.after.Animal, 'value', (() => kind.values[1]) as never),
    left: kind => [kind.values[1], kind.values[1]],
  },
  each: {
    before: nullable,
    after: nullable,
    run: (step, kind) =>
      step.each(step.after.Animal, { batch: 1 }, animals => {
        for (const one of animals) Reflect.set(one, 'value', kind.values[0]);
      }),
    left: kind => [kind.values[0], kind.values[0]],
  },
};

/** Animals, which are beings, in a table each. */
function being(own: Record<string, Declared>, ofAnimals: Record<string, Declared>): Record<string, EntitySchema> {
  const Being = animal(own, { name: 'Being', inheritance: 'tpt' });
  return { Being, Animal: defineEntity({ name: 'Animal', extends: Being, properties: ofAnimals }) };
}

function keptBy(kind: ColumnKind, properties: Record<string, Declared>): Record<string, EntitySchema> {
  const Keeper = defineEntity({ name: 'Keeper', properties });
  return { Animal: animal({ value: kind.declare().nullable(), keeper: () => p.manyToOne(Keeper).nullable() }), Keeper };
}

function related(kind: ColumnKind, constrained: boolean): Record<string, EntitySchema> {
  const Animal: EntitySchema = defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      value: kind.declare().nullable(),
      parent: () =>
        p
          .manyToOne(Animal as never)
          .nullable()
          .createForeignKeyConstraint(constrained),
    },
  } as never);
  return { Animal };
}

function assertTrue(found: boolean): void {
  if (!found) throw new Error('it is there, and was not found');
}

/** Runs a trial: a database of the first release with two rows, and the second release's upgrade. */
export async function tryOut(database: TestDatabase, trial: Trial, kind: ColumnKind): Promise<unknown[]> {
  const [before, after] = [trial.before(kind), trial.after(kind)];
  class First extends Schema {
    readonly guid = 'matrix';
    readonly latest = 1;
    override async onInstall({ em }: Step) {
      const value = Object.keys(em.getMetadata().get('Animal' as never).properties).find(name =>
        ['value', 'worth'].includes(name),
      );
      for (const [index, name] of ['Leo', 'Elsa'].entries()) {
        em.create('Animal' as never, { id: index + 1, name, ...(value && { [value]: kind.values[index] }) } as never);
      }
    }
  }
  class Second extends Schema {
    readonly guid = 'matrix';
    readonly latest = 2;
    override readonly versions = { 1: frozen(before), 2: frozen(after) };
    async upgradeTo_2(step: Sides) {
      await trial.run(step, kind);
    }
  }
  const first = await database.orm(copies(before));
  await new First(first).upgrade();
  await first.close(true);
  const orm = await database.orm(copies(after));
  await new Second(orm).upgrade();
  const animals = await orm.em.fork().find('Animal' as never, {}, { orderBy: { id: 'asc' } as never });
  await orm.close(true);
  return animals.map(one => Reflect.get(one, 'value') as unknown);
}

/** Not fingerprinted by any algorithm we have: made up here, and never compared. */
function frozen(module: object) {
  return { fingerprint: 'trial:0', load: async () => module };
}

function copies(module: Record<string, EntitySchema>): EntitySchema[] {
  return [...bindModule(module, { name: 'a release' }).all];
}
