import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { emptied } from '../../changes/matrix/lives.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { photograph } from '../../support/life/rows.ts';
import { schemaClass } from '../../support/schemas.ts';
import { SharedConnections } from '../../support/shared-connections.ts';
import type { Release, ReleaseStep } from '../../support/two-releases.ts';

/*
 * Checks that say the same: which of them is meant is told by name, or by the column that one without a name stands next to.
 */

const SAME = 'id > -7';

interface Shape {
  readonly table?: string;
  /** Properties, and whether each has the check. */
  readonly properties?: Readonly<Record<string, boolean>>;
  /** Checks of the class, and of which property each is, if of one. */
  readonly checks?: Readonly<Record<string, string | undefined>>;
}

function zoo({ table = 'animal', properties = {}, checks = {} }: Shape): Release {
  const Animal = defineEntity({
    name: 'Animal',
    tableName: table,
    checks: Object.entries(checks).map(([name, property]) => ({ name, expression: SAME, property })),
    properties: {
      id: p.integer().primary(),
      ...Object.fromEntries(
        Object.entries(properties).map(([name, isChecked]) => {
          const property = p.string().nullable();
          return [name, isChecked ? property.check(SAME) : property];
        }),
      ),
    },
  } as never) as unknown as Release['Animal'];
  return { Animal } as Release;
}

type Work = (step: ReleaseStep) => Promise<unknown>;

const before = (step: ReleaseStep) => step.before['Animal'] as never;
const after = (step: ReleaseStep) => step.after['Animal'] as never;
const drop =
  (...names: string[]): Work =>
  async step => {
    for (const name of names) await step.dropProperty(before(step), name as never);
  };
const add =
  (...names: string[]): Work =>
  async step => {
    for (const name of names) await step.addProperty(after(step), name as never);
  };
const alter =
  (...names: string[]): Work =>
  async step => {
    for (const name of names) await step.alterProperty(before(step), after(step), name as never);
  };
const rename =
  (from: string, to: string): Work =>
  step =>
    step.renameProperty(before(step), from as never, after(step), to as never);
const addCheck =
  (name: string): Work =>
  step =>
    step.addCheck(after(step), name);
const dropCheck =
  (name: string): Work =>
  step =>
    step.dropCheck(before(step), name);
const whole =
  (renamed: Readonly<Record<string, string>> = {}): Work =>
  step =>
    step.alterStorage(before(step), after(step), { renamed });
const all =
  (...works: Work[]): Work =>
  async step => {
    for (const work of works) await work(step);
  };

interface Cell {
  /** On which dialect, if not on both. */
  readonly only?: string;
  readonly from: Shape;
  readonly to: Shape;
  /** Ways there, and ways back; each is gone with one of the other kind. */
  readonly up: readonly Work[];
  readonly down: readonly Work[];
}

const long = (name: string) => `${name}${'é'.repeat(30)}`;
const both = { one: true, two: true };

const CELLS: Readonly<Record<string, Cell>> = {
  'the first of two properties goes': {
    from: { properties: both },
    to: { properties: { two: true } },
    up: [drop('one'), whole()],
    down: [add('one'), whole()],
  },
  'the second of two properties goes': {
    from: { properties: both },
    to: { properties: { one: true } },
    up: [drop('two'), whole()],
    down: [add('two'), whole()],
  },
  'both properties go': {
    from: { properties: both },
    to: {},
    up: [drop('one', 'two'), drop('two', 'one'), whole()],
    down: [add('one', 'two'), add('two', 'one'), whole()],
  },
  'one of two properties gets another name': {
    from: { properties: both },
    to: { properties: { three: true, two: true } },
    up: [rename('one', 'three'), whole({ one: 'three' })],
    down: [rename('three', 'one'), whole({ three: 'one' })],
  },
  'one of two properties gets another name, and no check': {
    from: { properties: both },
    to: { properties: { three: false, two: true } },
    up: [rename('one', 'three'), whole({ one: 'three' })],
    down: [all(rename('three', 'one'), alter('one')), whole({ three: 'one' })],
  },
  'one of two properties is checked no longer': {
    from: { properties: both },
    to: { properties: { one: true, two: false } },
    up: [alter('two'), dropCheck('animal_two_check'), whole()],
    down: [alter('two'), addCheck('animal_two_check'), whole()],
  },
  'another property is checked': {
    from: { properties: { one: true, two: false } },
    to: { properties: { one: false, two: true } },
    up: [
      alter('one', 'two'),
      alter('two', 'one'),
      all(addCheck('animal_two_check'), dropCheck('animal_one_check')),
      whole(),
    ],
    down: [alter('one', 'two'), alter('two', 'one'), whole()],
  },
  'a property that is checked goes, and another comes': {
    from: { properties: { one: true } },
    to: { properties: { two: true } },
    up: [all(drop('one'), add('two')), all(add('two'), drop('one')), whole()],
    down: [all(add('one'), drop('two')), whole()],
  },
  'a property goes, and the check of the class stays': {
    from: { properties: { one: true }, checks: { few: undefined } },
    to: { checks: { few: undefined } },
    up: [drop('one'), whole()],
    down: [add('one'), whole()],
  },
  'the check of the class goes, and that of a property stays': {
    from: { properties: { one: true }, checks: { few: undefined } },
    to: { properties: { one: true } },
    up: [dropCheck('few'), whole()],
    down: [addCheck('few'), whole()],
  },
  'the check of a property becomes that of the class': {
    from: { properties: { one: true } },
    to: { properties: { one: false }, checks: { few: undefined } },
    up: [all(addCheck('few'), alter('one')), all(alter('one'), addCheck('few')), whole()],
    down: [all(dropCheck('few'), alter('one')), all(alter('one'), dropCheck('few')), whole()],
  },
  'one of two checks of a property goes, which has a name': {
    from: { properties: { one: true }, checks: { few: 'one' } },
    to: { properties: { one: true } },
    up: [dropCheck('few'), alter('one'), whole()],
    down: [addCheck('few'), alter('one'), whole()],
  },
  'one of two checks of a property goes, which has none': {
    from: { properties: { one: true }, checks: { few: 'one' } },
    to: { properties: { one: false }, checks: { few: 'one' } },
    up: [alter('one'), whole()],
    down: [alter('one'), whole()],
  },
  'two checks of a property go with it': {
    from: { properties: { ...both }, checks: { few: 'one' } },
    to: { properties: { two: true } },
    up: [drop('one'), whole()],
    down: [add('one'), whole()],
  },
  'two checks of a property get other names with it': {
    from: { properties: both, checks: { few: 'one', many: 'one' } },
    to: { properties: { three: true, two: true }, checks: { fewer: 'three', more: 'three' } },
    up: [rename('one', 'three'), whole({ one: 'three' })],
    down: [rename('three', 'one'), whole({ three: 'one' })],
  },
  'names are longer than the database keeps': {
    from: { properties: { [long('one')]: true, [long('two')]: true } },
    to: { properties: { [long('two')]: true } },
    up: [drop(long('one')), whole()],
    down: [add(long('one')), whole()],
  },
  // A server knows a check by its name, and follows the table with those that mention their own column.
  'the table gets another name too': {
    only: 'sqlite',
    from: { properties: both },
    to: { table: 'beast', properties: { two: true } },
    up: [
      all(step => step.renameStorage(before(step), after(step)), drop('one')),
      all(drop('one'), step => step.renameStorage(before(step), after(step))),
      all(step => step.renameStorage(before(step), after(step)), whole()),
    ],
    down: [all(step => step.renameStorage(before(step), after(step)), add('one'))],
  },
};

describe.each([sqliteMemory, postgresql])('of checks that say the same, on $name,', kind => {
  let database: TestDatabase;
  let connections: SharedConnections;
  beforeAll(async () => {
    database = await kind.create({ pool: 2 });
    connections = new SharedConnections(database);
  });
  afterAll(async () => {
    await connections[Symbol.asyncDispose]();
    await database.drop();
  });

  const storage = async () => (await photograph(database)).storage;
  const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });
  const copyOf = (release: Release) => [...bindModule({ ...release }, { name: 'a release' }).all];

  /** Makes the storage of a release in an empty database. */
  async function install(release: Release): Promise<unknown> {
    await emptied(database);
    await new (schemaClass())(await connections.orm(copyOf(release))).upgrade();
    return storage();
  }

  /** The release that a step leads to, and back from. */
  async function second(old: Release, now: Release, { up, down }: { up: Work; down: Work }) {
    const Zoo = schemaClass({
      latest: 2,
      versions: { 1: frozen(old), 2: frozen(now) },
      upgradeTo_2: async (step: ReleaseStep) => void (await up(step)),
      downgradeTo_1: async (step: ReleaseStep) => void (await down(step)),
    });
    return new Zoo(await connections.orm(copyOf(now)));
  }

  const cells = Object.entries(CELLS).filter(([, { only = kind.dialect }]) => only === kind.dialect);
  const ways = cells.flatMap(([name, cell]) =>
    Array.from({ length: Math.max(cell.up.length, cell.down.length) }, (_, way) => ({ name, way, cell })),
  );
  test.each(ways)('$name, there and back: $way', async ({ cell, way }) => {
    const [old, now] = [zoo(cell.from), zoo(cell.to)];
    const fresh = await install(now);
    const start = await install(old);
    const [up, down] = [cell.up, cell.down].map(works => works[way % works.length]) as [Work, Work];
    const schema = await second(old, now, { up, down });
    await schema.upgrade();
    expect(await storage()).toEqual(fresh);
    await schema.downgrade(1, { allowLoss: true });
    expect(await storage()).toEqual(start);
  });

  if (kind.dialect === 'postgresql')
    test.each(['one', 'two'])('that which does not hold for all rows stays so, without %s', async gone => {
      const left = gone === 'one' ? 'two' : 'one';
      const [old, now] = [zoo({ properties: both }), zoo({ properties: { [left]: true } })];
      await install(old);
      await database.execute(`alter table animal drop constraint animal_${left}_check`);
      await database.execute(`alter table animal add constraint animal_${left}_check check (${SAME}) not valid`);
      const schema = await second(old, now, { up: drop(gone), down: add(gone) });
      await schema.upgrade({ verify: 'report' });
      const checks = () =>
        database.execute(
          `select conname as name, convalidated as valid from pg_constraint where conrelid = 'animal'::regclass and contype = 'c'`,
        );
      expect(await checks()).toEqual([{ name: `animal_${left}_check`, valid: false }]);
      await schema.downgrade(1, { allowLoss: true, verify: 'report' });
      expect(await checks()).toHaveLength(2);
      expect(await checks()).toContainEqual({ name: `animal_${left}_check`, valid: false });
    });
});
