import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, raw, type EntitySchema } from '@mikro-orm/core';
import type { FillFor, Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { sqliteFile, type TestDatabase } from '../support/databases.ts';
import { photograph } from '../support/life/rows.ts';
import { record } from '../support/recorder.ts';
import { schemaClass } from '../support/schemas.ts';

/** The entities of a story, whose properties are made as it goes. */
interface Sides {
  readonly Animal: EntitySchema;
  readonly Beast: EntitySchema;
  readonly Owner: EntitySchema;
}
type Story = Step<Sides, Sides>;
type Module = Readonly<Record<string, EntitySchema>>;

const frozen = (module: Module) => ({ fingerprint: 'story:0', load: async () => module });
const bound = (module: Module, name: string) => [...bindModule({ ...module }, { name }).all] as never;

interface Told {
  readonly rows: Record<string, Record<string, unknown>[]>;
  /** The statements of the upgrade, without what reads. */
  readonly written: readonly string[];
  readonly error: unknown;
}

/**
 * Installs `before` with rows, runs one step to `after`, and looks whether the storage is that of a new installation, or,
 * if the step failed, what it was.
 */
async function tell(
  before: Module,
  after: Module,
  rows: string,
  step: (step: Story) => Promise<unknown>,
): Promise<Told> {
  await using database = await sqliteFile.create();
  await new (schemaClass({ latest: 1 }))(await database.orm(bound(before, 'before'))).upgrade();
  await database.execute(rows);
  const was = await photograph(database);

  const orm = await database.orm(bound(after, 'after'));
  const upgradeTo_2 = async (given: Story) => void (await step(given));
  const Zoo = schemaClass({ latest: 2, versions: { 1: frozen(before), 2: frozen(after) }, upgradeTo_2 });
  using recording = await record(orm as never);
  const error: unknown = await new Zoo(orm as never).upgrade().then(
    () => undefined,
    (reason: unknown) => (reason as Error).cause ?? reason,
  );
  const is = await photograph(database);
  expect(error ? is : is.storage).toEqual(error ? was : await storageOf(after));
  expect(await faultsOf(database)).toEqual([]);
  const written = recording.sql.filter(sql => /^(?:create|drop|alter|insert|update|delete)\b/i.test(sql));
  return {
    rows: Object.fromEntries(Object.entries(is.rows).map(([table, found]) => [table, byId(found)])),
    written,
    error,
  };
}

function byId(rows: readonly unknown[]): Record<string, unknown>[] {
  const found = rows as readonly Record<string, unknown>[];
  return found.toSorted((one, other) => Number(one['id']) - Number(other['id']));
}

async function storageOf(module: Module): Promise<unknown> {
  await using database = await sqliteFile.create();
  await new (schemaClass({ latest: 1 }))(await database.orm(bound(module, 'fresh'))).upgrade();
  return (await photograph(database)).storage;
}

async function faultsOf(database: TestDatabase): Promise<unknown[]> {
  return [
    ...(await database.execute('pragma integrity_check')).filter(row => row['integrity_check'] !== 'ok'),
    ...(await database.execute('pragma foreign_key_check')),
  ];
}

function entity(className: string, properties: object, more: object = {}): EntitySchema {
  const all = { id: p.integer().primary(), ...properties };
  return defineEntity({ name: className, properties: all, ...more } as never) as never;
}

const zoo = (properties: object, more?: object): Module => ({ Animal: entity('Animal', properties, more) });

/** Animals that may have an owner, and those. */
function owned(properties: object = {}): Module {
  const Owner = entity('Owner', { name: p.string() });
  return { Owner, Animal: entity('Animal', { name: p.string(), ...properties }) };
}

const name = { name: p.string() };
const names = ['Leo', 'Elsa', `O'Hara`];
const three = `insert into animal (id, name) values (1, 'Leo'), (2, 'Elsa'), (3, 'O''Hara')`;
const owners = `insert into owner (id, name) values (1, 'Ann'), (2, 'Bo')`;

/** How often a table was written anew. */
const rebuilds = ({ written }: Told) => written.filter(sql => sql.startsWith('insert or abort into ')).length;

/** The animals, each with its part of what more they have. */
const animals = (...more: object[]) => names.map((each, index) => ({ id: index + 1, name: each, ...more[index] }));

describe('a property is added', () => {
  test('filled with a value, with SQL, and with a function of the row', async () => {
    const mood = p.enum(['calm', 'wild']);
    const after = zoo({ ...name, motto: p.string(), loud: p.string().nullable(), tags: p.array(), mood });
    const told = await tell(zoo(name), after, three, async step => {
      const { Animal } = step.after;
      await step.addProperty(Animal, 'motto', { fill: `it's 100% "?"` });
      await step.addProperty(Animal, 'loud', { fill: raw(`upper(name) || ?`, ['?']) });
      await step.addProperty(Animal, 'tags', { fill: row => [row.name, "'"] });
      await step.addProperty(Animal, 'mood', { fill: row => (row.id > 1 ? 'wild' : 'calm') });
    });
    const motto = `it's 100% "?"`;
    expect(told.rows['animal']).toEqual(
      animals(
        { motto, loud: 'LEO?', tags: "Leo,'", mood: 'calm' },
        { motto, loud: 'ELSA?', tags: "Elsa,'", mood: 'wild' },
        { motto, loud: "O'HARA?", tags: "O'Hara,'", mood: 'wild' },
      ),
    );
  });

  test('without a fill, in place: with its default, its check, its foreign key and its index', async () => {
    const more = {
      legs: p.integer().default(4).check('legs > 0').index(),
      owner: () => p.manyToOne('Owner' as never).nullable(),
    };
    const told = await tell(owned(), owned(more), `${owners}; ${three}`, async step => {
      await step.addProperty(step.after.Animal, 'legs');
      await step.addProperty(step.after.Animal, 'owner');
    });
    const same = { legs: 4, owner_id: null };
    expect(told.rows['animal']).toEqual(animals(same, same, same));
    expect(rebuilds(told)).toBe(0);
  });

  test('with a relation to a row that is made in the step', async () => {
    const more = { owner: () => p.manyToOne('Owner' as never) };
    const told = await tell(owned(), owned(more), three, async step => {
      step.before.em.create(step.before.Owner, { id: 7, name: 'Cy' });
      await step.addProperty(step.after.Animal, 'owner', { fill: 7 });
    });
    expect(told.rows['animal']?.map(row => row['owner_id'])).toEqual([7, 7, 7]);
  });
});

describe('a property is dropped', () => {
  test('with all that was declared over it', async () => {
    const more = {
      mood: p.enum(['calm', 'wild']).default('calm').index(),
      owner: () => p.manyToOne('Owner' as never).nullable(),
    };
    const rows = `${owners}; ${three}; update animal set owner_id = 2`;
    const told = await tell(owned(more), owned(), rows, async step => {
      await step.dropProperty(step.before.Animal, 'mood');
      await step.dropProperty(step.before.Animal, 'owner');
      await step.dropProperty(step.before.Animal, 'owner');
    });
    expect(told.rows['animal']).toEqual(animals());
    expect(rebuilds(told)).toBe(1); // for the foreign key: the enum goes in place
  });

  test('with an index over an expression and a check over two columns', async () => {
    const both = {
      indexes: [{ name: 'lower_code', expression: 'create index lower_code on animal (lower(code))' }],
      checks: [{ name: 'other', expression: 'code <> name' }],
    };
    const told = await tell(zoo({ ...name, code: p.string().nullable() }, both), zoo(name), three, step =>
      step.dropProperty(step.before.Animal, 'code'),
    );
    expect(told.rows['animal']).toEqual(animals());
  });
});

describe('a property is renamed', () => {
  test('in place, with its enum and its relation; what was named after it follows', async () => {
    const before = owned({ mood: p.enum(['calm', 'wild']).index(), owner: () => p.manyToOne('Owner' as never) });
    const after = owned({ temper: p.enum(['calm', 'wild']).index(), keeper: () => p.manyToOne('Owner' as never) });
    const rows = `${owners}; insert into animal (id, name, mood, owner_id) values (1, 'Leo', 'wild', 2)`;
    const told = await tell(before, after, rows, async step => {
      await step.renameProperty(step.before.Animal, 'mood', step.after.Animal, 'temper');
      await step.renameProperty(step.before.Animal, 'owner', step.after.Animal, 'keeper');
    });
    expect(told.rows['animal']).toEqual([{ id: 1, name: 'Leo', temper: 'wild', keeper_id: 2 }]);
    expect(rebuilds(told)).toBe(0);
  });
});

describe('a property is altered', () => {
  const nullable = zoo({ ...name, legs: p.integer().nullable() });
  const some = `${three}; update animal set legs = 4 where id = 1`;

  test('to hold no nulls, filled with a value, with SQL, and with a function of the row', async () => {
    const strict = zoo({ ...name, legs: p.integer() });
    const fills: readonly [FillFor<{ name: string; legs: number }, 'legs'>, number][] = [
      [2, 2],
      [raw('id * 10'), 20],
      [row => row.name.length, 4],
    ];
    for (const [fill, second] of fills) {
      const told = await tell(nullable, strict, some, step => step.alterProperty(step.after.Animal, 'legs', { fill }));
      expect(told.rows['animal']?.slice(0, 2)).toEqual(animals({ legs: 4 }, { legs: second }).slice(0, 2));
      expect(rebuilds(told)).toBe(1);
    }
  });

  test('into another type, by an expression and with a fill', async () => {
    const after = zoo({ ...name, legs: p.string().default('?') });
    const told = await tell(nullable, after, some, step =>
      step.alterProperty(step.before.Animal, step.after.Animal, 'legs', {
        using: raw(`legs || ' legs'`),
        fill: 'none',
      }),
    );
    expect(told.rows['animal']).toEqual(animals({ legs: '4 legs' }, { legs: 'none' }, { legs: 'none' }));
  });

  const moods = (...items: string[]) => zoo({ ...name, mood: p.enum(items).default('calm') });

  test('to other items of an enum, knowing what it was or not', async () => {
    for (const knows of [true, false]) {
      const told = await tell(moods('calm', 'wild'), moods('calm', 'asleep', `it's`), three, async step => {
        const { before, after } = step;
        if (knows) await step.alterProperty(before.Animal, after.Animal, 'mood');
        else await step.alterProperty(after.Animal, 'mood');
        await step.execute(`update animal set mood = 'it''s'`);
      });
      expect(told.rows['animal']).toEqual(animals({ mood: `it's` }, { mood: `it's` }, { mood: `it's` }));
      expect(rebuilds(told)).toBe(1);
    }
  });

  test('to other items of an enum, made out of the old ones', async () => {
    const rows = `${three}; update animal set mood = 'wild' where id > 1`;
    const told = await tell(moods('calm', 'wild'), moods('calm', 'asleep'), rows, step =>
      step.alterProperty(step.before.Animal, step.after.Animal, 'mood', {
        using: raw(`case mood when 'wild' then 'asleep' else mood end`),
      }),
    );
    expect(told.error).toBeUndefined();
    expect(told.rows['animal']).toEqual(animals({ mood: 'calm' }, { mood: 'asleep' }, { mood: 'asleep' }));
    expect(rebuilds(told)).toBe(1);
  });

  test('unless rows have an item that goes, which is told before anything is done', async () => {
    const rows = `${three}; update animal set mood = 'wild' where id > 1`;
    const told = await tell(moods('calm', 'wild'), moods('calm', 'asleep'), rows, step =>
      step.alterProperty(step.before.Animal, step.after.Animal, 'mood'),
    );
    expect(told.error).toMatchObject({
      code: 'OPERATION_REFUSED',
      table: 'animal',
      rows: 2,
      message: 'zoo: the check animal_mood_check of animal fails for 2 rows. Change those rows first.',
    });
    expect(rebuilds(told)).toBe(0);
  });
});

describe('an index', () => {
  test('comes unique, unless rows are equal, and goes', async () => {
    const [plain, unique] = [zoo({ name: p.string().index() }), zoo({ name: p.string().unique() })];
    const step = async (story: Story) => {
      await story.dropIndex(story.before.Animal, ['name']);
      await story.addIndex(story.after.Animal, ['name']);
    };
    const told = await tell(plain, unique, three, step);
    expect(told.written.filter(sql => sql.includes('index'))).toHaveLength(2);
    const { error } = await tell(plain, unique, `${three}; insert into animal (name) values ('Leo'), ('Elsa')`, step);
    expect(error).toMatchObject({
      rows: 2,
      message: expect.stringContaining('"Elsa" (2 rows); "Leo" (2 rows)'),
    });
  });
});

describe('a table is made what an entity says it is', () => {
  const before = () =>
    owned({
      species: p.string(),
      legs: p.integer().nullable().index(),
      code: p.string().check(`code <> ''`),
      owner: () => p.manyToOne('Owner' as never),
    });
  const rows =
    `${owners}; insert into animal (id, name, species, legs, code, owner_id) ` +
    `values (1, 'Leo', 'lion', 4, '12', 1), (2, 'Elsa', 'lion', null, '07', 2), (3, 'O''Hara', 'bear', 3, '5', 1)`;

  test('renamed, added, altered and dropped in one rebuild', async () => {
    const after = owned({
      family: p.string().length(40).unique('once'),
      legs: p.integer().default(4).index('by_legs'),
      keeper: () => p.manyToOne('Owner' as never).nullable(),
      mood: p.enum(['calm', 'wild']),
      loud: p.string().generated(`(upper("name")) stored`),
    });
    const told = await tell(before(), after, `${rows}; update animal set species = species || id`, step =>
      step.alterStorage(step.before.Animal, step.after.Animal, {
        renamed: { species: 'family', owner: 'keeper' },
        fill: { mood: raw(`iif(legs > 3, 'calm', 'wild')`), legs: 2 },
      }),
    );
    expect(told.error).toBeUndefined();
    expect(told.rows['animal']).toEqual(
      animals(
        { family: 'lion1', legs: 4, keeper_id: 1, mood: 'calm', loud: 'LEO' },
        { family: 'lion2', legs: 2, keeper_id: 2, mood: 'wild', loud: 'ELSA' },
        { family: 'bear3', legs: 3, keeper_id: 1, mood: 'wild', loud: "O'HARA" },
      ),
    );
    expect(rebuilds(told)).toBe(1);
  });

  test('renamed and altered at once; onto the name of one that goes; two that swap', async () => {
    const after = owned({
      name: p.string(),
      code: p.string(),
      species: p.string().check(`"species" <> ''`),
      legs: p.string().nullable(),
      mother: p.integer().nullable(),
    });
    const told = await tell(before(), after, rows, step =>
      step.alterStorage(step.before.Animal, step.after.Animal, {
        renamed: { species: 'code', code: 'species', name: 'legs', legs: 'mother' },
        fill: { name: raw('name') },
      }),
    );
    expect(told.error).toBeUndefined();
    expect(told.rows['animal']).toEqual(
      animals(
        { code: 'lion', species: '12', legs: 'Leo', mother: 4 },
        { code: 'lion', species: '07', legs: 'Elsa', mother: null },
        { code: 'bear', species: '5', legs: `O'Hara`, mother: 3 },
      ),
    );
    expect(rebuilds(told)).toBe(1);
  });

  test('with another key, and nothing left of the old one', async () => {
    const by = (key: object) => ({
      Animal: defineEntity({ name: 'Animal', properties: { ...key, ...name } } as never) as never,
    });
    const codes = `insert into animal (code, name) values ('b', 'Leo'), ('a', 'Elsa'), ('c', 'O''Hara')`;
    const told = await tell(by({ code: p.string().primary() }), by({ id: p.integer().primary() }), codes, step =>
      step.alterStorage(step.before.Animal, step.after.Animal),
    );
    expect(told.rows['animal']).toEqual(animals());
    const back = await tell(by({ id: p.integer().primary() }), by({ code: p.string().primary() }), three, step =>
      step.alterStorage(step.before.Animal, step.after.Animal, { fill: { code: raw(`'x' || id`) } }),
    );
    expect(back.rows['animal']?.map(row => row['code'])).toEqual(['x1', 'x2', 'x3']);
  });

  test('an enum that was renamed before gets its new items', async () => {
    const asWas = zoo({ ...name, mood: p.enum(['calm', 'wild']).nullable() });
    const after = zoo({ ...name, temper: p.enum(['calm']).nullable() });
    const told = await tell(asWas, after, `${three}; update animal set mood = 'calm' where id = 1`, async step => {
      await step.renameProperty(step.before.Animal, 'mood', step.after.Animal, 'temper');
      await step.alterStorage(step.before.Animal, step.after.Animal);
    });
    expect(told.error).toBeUndefined();
    expect(told.rows['animal']?.map(row => row['temper'])).toEqual(['calm', null, null]);
  });

  test('once: the second time nothing is written', async () => {
    const after = zoo({ ...name, legs: p.integer().default(4), mood: p.enum(['calm']).default('calm') });
    const told = await tell(zoo({ ...name, legs: p.string().nullable() }), after, three, async step => {
      await step.alterStorage(step.before.Animal, step.after.Animal, { fill: { legs: 0 } });
      await step.alterStorage(step.before.Animal, step.after.Animal, { fill: { legs: 0 } });
    });
    expect(rebuilds(told)).toBe(1);
  });
});

describe('tables', () => {
  test('come, go and are renamed; what refers to them follows', async () => {
    const before = owned({ owner: () => p.manyToOne('Owner' as never).nullable() });
    const Beast = entity('Beast', { name: p.string().index(), mother: () => p.manyToOne('Beast' as never).nullable() });
    const Visit = entity('Visit', { beast: () => p.manyToOne('Beast' as never), at: p.datetime() });
    const told = await tell(
      before,
      { Beast, Visit },
      `${owners}; ${three}; update animal set owner_id = 1`,
      async step => {
        const { before: was, after } = step as Step<Sides, Sides & { readonly Visit: EntitySchema }>;
        await step.renameStorage(was.Animal, after.Beast);
        await step.dropProperty(was.Animal, 'owner');
        await step.addProperty(after.Beast, 'mother', { fill: 1 });
        await step.addIndex(after.Beast, ['name']);
        await step.createStorage(after.Visit);
        await step.createStorage(after.Visit);
        await step.dropStorage(was.Owner);
        after.em.create(after.Visit, { id: 5, beast: 3, at: new Date(0) });
      },
    );
    expect(told.error).toBeUndefined();
    const mother = { mother_id: 1 };
    expect(told.rows).toEqual({ beast: animals(mother, mother, mother), visit: [{ id: 5, beast_id: 3, at: 0 }] });
  });

  test('may not go while others refer to their rows', async () => {
    const before = owned({ owner: () => p.manyToOne('Owner' as never) });
    const after = zoo(name);
    const rows = `${owners}; insert into animal (id, name, owner_id) values (1, 'Leo', 2)`;
    const { error } = await tell(before, after, rows, step => step.dropStorage(step.before.Owner));
    expect(error).toMatchObject({
      message: expect.stringContaining('owner: cannot be dropped, because it is used by a foreign key of "animal"'),
    });
  });
});

test('each hands over the rows as they were, a batch at a time, between two releases', async () => {
  const after = zoo({ ...name, initial: p.string().nullable() });
  const sizes: number[] = [];
  const told = await tell(zoo(name), after, three, async step => {
    await step.addProperty(step.after.Animal, 'initial');
    await step.each(step.after.Animal, { batch: 2 }, found => {
      sizes.push(found.length);
      for (const one of found) one.initial = one.name[0];
    });
  });
  expect(sizes).toEqual([2, 1]);
  expect(told.rows['animal']).toEqual(animals({ initial: 'L' }, { initial: 'E' }, { initial: 'O' }));
});

test.each<[string, (step: Story) => Promise<unknown>]>([
  [
    'each',
    step =>
      step.each(step.before.Animal, rows => {
        for (const row of rows) row.name = 'seen';
      }),
  ],
  ['a fill', step => step.addProperty(step.after.Animal, 'initial' as never, { fill: (row: object) => String(row) })],
])('%s refuses rows whose key is null, which SQLite allows', async (_, step) => {
  const coded = (more: object) => {
    const properties = { code: p.string().primary(), name: p.string(), ...more };
    return { Animal: defineEntity({ name: 'Animal', properties }) } as never as Module;
  };
  const bare = 'create table animal (code varchar(255) primary key, name varchar(255) not null)';
  const rows = `drop table animal; ${bare}; insert into animal values (null, 'Leo'), ('b', 'Elsa'), (null, 'O')`;
  const { error } = await tell(coded({}), coded({ initial: p.string().nullable() }), rows, step);
  expect(error).toMatchObject({
    code: 'OPERATION_REFUSED',
    message: expect.stringContaining('rows of animal have no code, which is part of its primary key'),
  });
});
