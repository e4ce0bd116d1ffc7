import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import type { DatabaseKind, TestDatabase } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

const id = p.integer().primary().autoincrement(false);
function zoo(isStrict: boolean) {
  const Owner = defineEntity({ name: 'Owner', properties: { id } });
  const Stranger = defineEntity({ name: 'Stranger', properties: { id } });
  const legs = p.integer();
  const chip = p.integer().nullable();
  const Animal = defineEntity({
    name: 'Animal',
    checks: isStrict ? [{ name: 'animal_even', expression: 'legs % 2 = 0' }] : [],
    properties: {
      id,
      ...(!isStrict && { title: p.text().nullable() }),
      name: isStrict ? p.text().index('animal_name') : p.text(),
      legs: isStrict ? legs.check('legs >= 0') : legs,
      chip: isStrict ? chip.unique() : chip,
      owner: () => {
        const owner = p.manyToOne(Owner).nullable();
        return isStrict ? owner.deleteRule('cascade') : owner.createForeignKeyConstraint(false);
      },
    },
  });
  return { Owner, Stranger, Animal };
}
const [before, after] = [zoo(false), zoo(true)];
type Story = Step<typeof before, typeof after>;

interface Table {
  readonly key?: string;
  readonly unique?: string;
  readonly foreignKey?: string;
  readonly legs?: string;
  readonly even?: string;
  readonly index?: string;
}

const asked: Required<Table> = {
  key: 'primary key',
  unique: 'constraint animal_chip_unique unique',
  foreignKey: 'constraint animal_owner_id_foreign references owner (id) on delete cascade',
  legs: 'constraint animal_legs_check check (legs >= 0)',
  even: ', constraint animal_even check (legs % 2 = 0)',
  index: 'create index animal_name on animal (name)',
};

/** The statements that put another table there. */
function tableOf(table: Table): string[] {
  const { key, unique, foreignKey, legs, even, index } = { ...asked, ...table };
  return [
    'drop table animal',
    `create table animal (id integer not null ${key}, name text not null, legs integer not null ${legs}, ` +
      `chip integer ${unique}, owner_id integer ${foreignKey}${even})`,
    'create index animal_owner_id_index on animal (owner_id)',
    ...(index === '' ? [] : [index]),
  ];
}

type Operation = readonly [what: string, call: (step: Story) => Promise<unknown>];

const add: Readonly<Record<string, readonly Operation[]>> = {
  foreignKey: [
    ['addForeignKey()', step => step.addForeignKey(step.after.Animal, 'owner')],
    ['addProperty()', step => step.addProperty(step.after.Animal, 'owner')],
    ['createStorage()', step => step.createStorage(step.after.Animal)],
  ],
  even: [
    ['addCheck()', step => step.addCheck(step.after.Animal, 'animal_even')],
    ['createStorage()', step => step.createStorage(step.after.Animal)],
  ],
  legs: [
    ['addCheck()', step => step.addCheck(step.after.Animal, 'animal_legs_check')],
    ['addProperty()', step => step.addProperty(step.after.Animal, 'legs')],
    ['createStorage()', step => step.createStorage(step.after.Animal)],
  ],
  index: [
    ['addIndex()', step => step.addIndex(step.after.Animal, ['name'])],
    ['addProperty()', step => step.addProperty(step.after.Animal, 'name')],
    ['createStorage()', step => step.createStorage(step.after.Animal)],
  ],
};
const alter: Readonly<Record<string, readonly Operation[]>> = {
  foreignKey: [
    ['alterProperty()', step => step.alterProperty(step.after.Animal, 'owner')],
    ['alterProperty() from before', step => step.alterProperty(step.before.Animal, step.after.Animal, 'owner')],
    ['alterStorage()', step => step.alterStorage(step.before.Animal, step.after.Animal)],
  ],
  even: [['alterStorage()', step => step.alterStorage(step.before.Animal, step.after.Animal)]],
  legs: [
    ['alterProperty()', step => step.alterProperty(step.after.Animal, 'legs')],
    ['alterProperty() from before', step => step.alterProperty(step.before.Animal, step.after.Animal, 'legs')],
    ['alterStorage()', step => step.alterStorage(step.before.Animal, step.after.Animal)],
  ],
  index: [
    ['alterProperty()', step => step.alterProperty(step.after.Animal, 'name')],
    ['alterProperty() from before', step => step.alterProperty(step.before.Animal, step.after.Animal, 'name')],
    ['alterStorage()', step => step.alterStorage(step.before.Animal, step.after.Animal)],
  ],
};

/** What is there under the name of what is asked for, and how it is told. */
const everywhere: readonly (readonly [part: string, what: string, table: Table, told: RegExp])[] = [
  [
    'foreignKey',
    'a foreign key to another table',
    { foreignKey: 'constraint animal_owner_id_foreign references stranger (id) on delete cascade' },
    /the foreign key owner_id of animal already exists, but differs: references is stranger, wanted owner/,
  ],
  [
    'foreignKey',
    'a foreign key with other rules',
    { foreignKey: 'constraint animal_owner_id_foreign references owner (id) on delete set null' },
    /the foreign key owner_id of animal already exists, but differs: on delete is set null, wanted cascade/,
  ],
  [
    'even',
    'a check with another expression',
    { even: ', constraint animal_even check (legs % 2 = 1)' },
    /the check animal_even of animal already exists, but differs: expression is .*= 1.*, wanted .*= 0/,
  ],
  [
    'legs',
    'a check of a property with another expression',
    { legs: 'constraint animal_legs_check check (legs >= 2)' },
    /the check animal_legs_check of animal already exists, but differs: expression is .*>= 2.*, wanted .*>= 0|without the check legs >= 0/,
  ],
  [
    'index',
    'an index over another column',
    { index: 'create index animal_name on animal (legs)' },
    /the index animal_name of animal already exists, but differs: .*legs.*name/,
  ],
  [
    'index',
    'an index that is unique',
    { index: 'create unique index animal_name on animal (name)' },
    /the index animal_name of animal already exists, but differs: .*unique/,
  ],
  [
    'index',
    'an index of some rows',
    { index: 'create index animal_name on animal (name) where legs > 0' },
    /the index animal_name of animal already exists, but differs: .*legs/,
  ],
];

/** How else an index can be made that PostgreSQL knows. */
const onServer: typeof everywhere = (
  [
    ['built in another way', 'using hash (name)', 'hash'],
    ['sorted in another way', '(name desc)', 'desc'],
    ['with nulls elsewhere', '(name nulls first)', 'nulls first'],
    ['with a fill factor', '(name) with (fillfactor = 50)', 'fillfactor'],
    ['that includes more', '(name) include (legs)', 'legs'],
    ['of another operator class', '(name text_pattern_ops)', 'text_pattern_ops'],
    ['of another collation', '(name collate "C")', 'collate'],
  ] as const
).map(([what, how, shown]) => [
  'index',
  `an index ${what}`,
  { index: `create index animal_name on animal ${how}` },
  new RegExp(`the index animal_name of animal already exists, but differs: .*${shown}`, 'i'),
]);

const incomplete: readonly (readonly [what: string, table: Table, told: RegExp])[] = [
  ['key', { key: '' }, /the table animal already exists, without the primary key id/],
  ['unique constraint', { unique: '' }, /the table animal already exists, without the index animal_chip_unique/],
  ['foreign key', { foreignKey: '' }, /the table animal already exists, without the foreign key owner_id/],
  ['check', { even: '' }, /the table animal already exists, without the check animal_even/],
  ['index', { index: '' }, /the table animal already exists, without the index animal_name/],
];

/** Declares the tests of a dialect: operations find something under the name of what they are asked for. */
export function describeThereAsAsked(kind: DatabaseKind): void {
  describe(`what is there under a name on ${kind.name}`, () => {
    let database: TestDatabase;
    let upgradeTo_2: (step: Story) => unknown;
    let upgrade: () => Promise<unknown>;
    const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });

    beforeAll(async () => {
      database = await kind.create({ pool: 1 });
      await new (schemaClass())(await database.orm([...bindModule(before, { name: 'before' }).all])).upgrade();
      const orm = await database.orm([...bindModule(after, { name: 'after' }).all]);
      const versions = { 1: frozen(before), 2: frozen(after) };
      const zooOf = schemaClass({ latest: 2, versions, upgradeTo_2: (step: Story) => upgradeTo_2(step) });
      const schema = new zooOf(orm);
      upgrade = () => schema.upgrade();
    });
    afterAll(() => database.drop());

    /** Runs a step that is taken back: what stopped it. */
    async function attempt(table: Table, work: (step: Story) => Promise<unknown>): Promise<unknown> {
      upgradeTo_2 = async step => {
        for (const sql of tableOf(table)) await step.execute(sql);
        await work(step);
        throw new Error('enough');
      };
      const error: unknown = await upgrade().catch((reason: unknown) => reason);
      return (error as Error).cause;
    }

    for (const [part, what, table, told] of [...everywhere, ...(kind.dialect === 'postgresql' ? onServer : [])]) {
      test.each(add[part] ?? [])(`is not taken for what is asked: ${what}, by %s`, async (_, call) => {
        const cause = await attempt(table, call);
        expect(cause).toHaveProperty('code', 'OPERATION_REFUSED');
        expect((cause as Error).message).toMatch(told);
      });

      test.each(alter[part] ?? [])(`becomes what is asked: ${what}, by %s`, async (_, call) => {
        const cause = await attempt(table, async step => {
          await call(step);
          for (const [, again] of add[part] ?? []) await again(step);
        });
        expect((cause as Error).message).toBe('enough');
      });
    }

    test.each(incomplete)('is not taken for a table that is asked: one without its %s', async (_, table, told) => {
      const cause = await attempt(table, step => step.createStorage(step.after.Animal));
      expect(cause).toHaveProperty('code', 'OPERATION_REFUSED');
      expect((cause as Error).message).toMatch(told);
    });

    test.each([
      ['name', /the index animal_name of animal already exists, but differs/],
      ['legs', /the check animal_legs_check of animal already exists, but differs/],
    ] as const)('is not taken for what a new name asks for: %s', async (to, told) => {
      upgradeTo_2 = async step => {
        await step.execute('drop table animal');
        await step.execute(
          'create table animal (id integer not null primary key, title text not null, chip integer, owner_id integer, ' +
            'constraint animal_legs_check check (chip >= 7))',
        );
        await step.execute('create index animal_name on animal (chip)');
        await step.renameProperty(step.before.Animal, 'title', step.after.Animal, to);
      };
      const error: unknown = await upgrade().catch((reason: unknown) => reason);
      expect(((error as Error).cause as Error).message).toMatch(told);
    });

    test('is left alone where it is as asked', async () => {
      const cause = await attempt({}, async step => {
        for (const [, call] of [...Object.values(add), ...Object.values(alter)].flat()) await call(step);
      });
      expect((cause as Error).message).toBe('enough');
    });
  });
}
