import { afterEach, describe, expect, test } from '@jest/globals';
import { EntityCaseNamingStrategy, EntitySchema, RequestContext, defineEntity, p, raw } from '@mikro-orm/core';
import { openModels } from '../../lib/models/frozen-models.ts';
import { databases, type DatabaseKind, type TestDatabase } from '../support/databases.ts';
import { record } from '../support/recorder.ts';
import { createStorage, inTransaction } from './support.ts';
import * as v1 from './zoo/1.ts';
import * as v2 from './zoo/2.ts';
import * as everything from './zoo/everything.ts';

let open: TestDatabase[] = [];

afterEach(async () => {
  for (const database of open) await database.drop();
  open = [];
});

async function application(kind: DatabaseKind, options?: object, entities: EntitySchema[] = []) {
  const database = await kind.create();
  open.push(database);
  return database.orm(entities, options);
}

const first = { name: 'the frozen version 1' };
const second = { name: 'the frozen version 2' };

describe.each(databases)('$name', kind => {
  test('two versions live side by side in one transaction, and share what did not change', async () => {
    const orm = await application(kind);
    await inTransaction(orm, async em => {
      const before = openModels(em, v1, first);
      await createStorage(before);
      const leo = before.em.create(before.Animal, { species: 'lion', weight: 190.5 });
      const tent = before.em.create(before.Exhibit, { name: 'Savannah', animals: [leo] });
      before.em.create(before.Keeper, { name: 'Ann', animals: [leo], boss: { name: 'Bob' } });
      await before.em.flush();

      await em.execute('alter table exhibit rename to habitats');
      await em.execute('alter table animal rename column exhibit_id to habitat_id');
      await em.execute('alter table animal add column legs integer not null default 4');

      const after = openModels(em, v2, second);
      const [animal] = await after.em.find(after.Animal, { species: 'lion' }, { populate: ['keepers', 'habitat'] });
      expect(animal).toMatchObject({ id: leo.id, legs: 4, weight: 190.5, habitat: { id: tent.id, name: 'Savannah' } });
      expect(animal?.keepers.getItems().map(keeper => keeper.name)).toEqual(['Ann']);
      // Keeper is one object in both files, and each version's points to that version's Animal.
      const ann = await after.em.findOneOrFail(after.Keeper, { name: 'Ann' }, { populate: ['animals', 'boss'] });
      expect(ann.animals[0] === animal).toBe(true);
      expect(ann.boss?.name).toBe('Bob');
      expect(await before.em.find(before.Keeper, { animals: { species: 'lion' } })).toHaveLength(1);

      if (animal) animal.legs = 3;
      await after.em.flush();
      expect(await em.execute('select kind_of, weight, legs from animal')).toEqual([
        { kind_of: 'lion', weight: 190_500, legs: 3 },
      ]);
    });
  });

  test('what both did is undone with the transaction', async () => {
    const orm = await application(kind);
    await inTransaction(orm, async em => {
      const models = openModels(em, v1, first);
      await createStorage(models);
      models.em.create(models.Keeper, { name: 'Ann' });
      await models.em.flush();
      expect(await em.execute('select name from keeper')).toEqual([{ name: 'Ann' }]);
    });
    await expect(orm.em.fork().execute('select name from keeper')).rejects.toThrow(/keeper/);
  });

  test('every kind of entity and property is written and read back', async () => {
    const orm = await application(kind);
    await inTransaction(orm, async em => {
      const models = openModels(em, everything, first);
      await createStorage(models);
      const photo = new Uint8Array([0, 1, 255]);
      const leo = models.em.create(models.Animal, {
        species: 'lion',
        tag: '7a1bd2e1-7a0f-4bfa-9e7e-0d8f3a5f2d11',
        story: 'Once …',
        chip: 9_007_199_254_740_991n,
        price: '1234567890.1234',
        factor: 0.5,
        born: '2020-02-29',
        wakes: '06:30:00',
        seen: new Date('2024-05-06T07:08:09Z'),
        facts: { colour: 'sand', spots: [1, 2] },
        photo,
        xray: Buffer.from(photo),
        names: ['Leo', "O'Leo"],
        weight: 1.5,
        size: everything.Size.Large,
        mood: 'calm',
        treats: ['bone', 'fish'],
        home: { street: 'Main', city: 'Bern', point: { x: 1 } },
        origin: { street: 'None', city: 'Nairobi', point: { x: 2, y: 3 } },
        travels: [{ x: 4 }, { x: 5, y: 6 }],
        passport: { number: 'L-1' },
      });
      const cub = models.em.create(models.Animal, {
        species: 'lion',
        tag: '7a1bd2e1-7a0f-4bfa-9e7e-0d8f3a5f2d12',
        tame: true,
        home: { street: 'Main', city: 'Bern' },
        mother: leo,
        friends: [leo],
      });
      const ann = models.em.create(models.Keeper, {
        id: '00000000-0000-4000-8000-000000000001',
        name: 'Ann',
        salary: 3,
      });
      const bea = models.em.create(models.Vet, {
        id: '00000000-0000-4000-8000-000000000002',
        name: 'Bea',
        licence: 'x',
      });
      models.em.create(models.Shift, { animal: leo, person: ann });
      models.em.create(models.Shift, { animal: leo, person: bea, hours: 1 });
      const visit = models.em.create(models.Visit, { animal: leo, day: '2024-01-01' });
      const guest = models.em.create(models.Visitor, { number: 'a@b.c', visits: [visit] });
      models.em.create(models.Ticket, { visit, of: guest });
      models.em.create(models.Toy, { label: 'Ball', bounces: true });
      await models.em.flush();
      models.em.clear();

      const read = await models.em.findOneOrFail(
        models.Animal,
        { id: leo.id },
        { populate: ['children', 'visits', 'keepers', 'passport'] },
      );
      expect(read).toMatchObject({
        species: 'lion',
        legs: 4,
        chip: 9_007_199_254_740_991n,
        factor: 0.5,
        tame: false,
        born: '2020-02-29',
        wakes: '06:30:00',
        seen: new Date('2024-05-06T07:08:09Z'),
        facts: { colour: 'sand', spots: [1, 2] },
        names: ['Leo', "O'Leo"],
        weight: 1.5,
        motto: 'it is "here" 100%',
        diet: 'meat',
        size: 2,
        mood: 'calm',
        treats: ['bone', 'fish'],
        loud: 'LION',
        shouted: 'LION',
        createdAt: new Date('2024-01-01T00:00:00Z'),
        revision: 1,
        home: { street: 'Main', city: 'Bern', point: { x: 1, y: null } },
        origin: { street: 'None', city: 'Nairobi', point: { x: 2, y: 3 } },
        passport: { number: 'L-1' },
      });
      // SQLite keeps a decimal as a float.
      expect(Number(read.price)).toBeCloseTo(1_234_567_890.1234, 4);
      expect([...(read.photo ?? [])]).toEqual([...photo]);
      expect([...(read.xray ?? [])]).toEqual([...photo]);
      expect(read.travels).toMatchObject([{ x: 4 }, { x: 5, y: 6 }]);
      expect(read.children.getItems().map(child => child.id)).toEqual([cub.id]);
      expect(read.visits.getItems().map(each => each.day)).toEqual(['2024-01-01']);
      expect(
        read.keepers
          .getItems()
          .map(person => person.name)
          .toSorted(),
      ).toEqual(['Ann', 'Bea']);

      const people = await models.em.find(models.Person, {}, { orderBy: { name: 'asc' } });
      expect(people.map(person => person.constructor.name)).toEqual(['Keeper', 'Vet']);
      expect((await models.em.findOneOrFail(models.Shift, { person: ann.id })).hours).toBe(8);
      expect(await models.em.findOneOrFail(models.Toy, { label: 'Ball' })).toMatchObject({ bounces: true });
      const ticket = await models.em.findOneOrFail(models.Ticket, { visit }, { populate: ['of'] });
      expect(ticket.of).toMatchObject({ number: 'a@b.c' });
      expect(await models.em.find(models.Census, {})).toMatchObject([{ kind_of: 'lion', heads: expect.anything() }]);
      expect(await models.em.find(models.Question, {})).toMatchObject([{ answer: 42 }]);

      // the version property keeps its meaning
      const [{ revision }] = await em.execute<[{ revision: number }]>('select revision from animal where id = ?', [
        leo.id,
      ]);
      await em.execute('update animal set revision = ? where id = ?', [revision + 1, leo.id]);
      read.legs = 3;
      await expect(models.em.flush()).rejects.toThrow(/lock/i);
    });
  });

  test('query builder, upsert and savepoints work on them', async () => {
    const orm = await application(kind);
    await inTransaction(orm, async em => {
      const models = openModels(em, v1, first);
      await createStorage(models);
      await models.em.upsert(models.Exhibit, { id: 1, name: 'Savannah' });
      await models.em.upsert(models.Exhibit, { id: 1, name: 'Steppe' });
      const qb = models.em
        .createQueryBuilder(models.Exhibit, 'e')
        .select([raw('count(*) as n')])
        .where({ name: 'Steppe' });
      expect(Number((await qb.execute<{ n: number | string }>('get')).n)).toBe(1);
      const failing = models.em.transactional(async inner => {
        inner.create(models.Exhibit, { id: 2, name: 'Pond' });
        await inner.flush();
        throw new Error('not after all');
      });
      await expect(failing).rejects.toThrow('not after all');
      expect(await models.em.count(models.Exhibit)).toBe(1);
      // a fork without the transaction has no other connection to go to
      expect(await models.em.fork().count(models.Exhibit)).toBe(1);
    });
  });

  test('opening sends nothing, and reading sends no more than the reading', async () => {
    const orm = await application(kind);
    using recording = await record(orm);
    await inTransaction(orm, async em => {
      await createStorage(openModels(em, v1, first));
      recording.clear();
      const models = openModels(em, v1, first);
      expect(recording.sql).toEqual([]);
      await models.em.find(models.Keeper, {});
      expect(recording.statements).toHaveLength(1);
    });
  });

  test('their statements are in the application’s log, which stays set as it was', async () => {
    const said: string[] = [];
    const orm = await application(kind, {
      debug: ['query'],
      colors: false,
      logger: (line: string) => void said.push(line),
    });
    await inTransaction(orm, async em => {
      await createStorage(openModels(em, v1, first));
      const logger = em.config.getLogger();
      logger.setDebugMode(true);
      said.length = 0;
      const models = openModels(em, v1, first);
      await models.em.find(models.Keeper, { name: 'Ann' });
      expect(said).toEqual([expect.stringMatching(/\[query\] select .* from .keeper. /)]);
      logger.setDebugMode(['info']);
      await models.em.find(models.Keeper, { name: 'Ann' });
      expect(said).toHaveLength(1);
    });
  });

  test('ten databases open the same version at once', async () => {
    const orms = await Promise.all(Array.from({ length: 10 }, () => application(kind)));
    const seen = await Promise.all(
      orms.map((orm, index) =>
        inTransaction(orm, async em => {
          const models = openModels(em, v1, first);
          await createStorage(models);
          models.em.create(models.Keeper, { name: `Ann ${index}` });
          await models.em.flush();
          const after = openModels(em, { ...v2, Animal: v1.Animal, Exhibit: v1.Exhibit, Habitat: undefined }, second);
          return (await after.em.find(after.Keeper, {}, { populate: ['animals'] })).map(keeper => keeper.name);
        }),
      ),
    );
    expect(seen).toEqual(orms.map((_orm, index) => [`Ann ${index}`]));
  });

  test('live entities of the same name stay as they are', async () => {
    const Keeper = defineEntity({
      name: 'Keeper',
      properties: { id: p.integer().primary(), name: p.string(), age: p.integer().default(1) },
    });
    const orm = await application(kind, {}, [Keeper]);
    await inTransaction(orm, async em => {
      const models = openModels(em, v1, first);
      await createStorage(models);
      await em.execute('alter table keeper add column age integer not null default 30');
      models.em.create(models.Keeper, { name: 'Ann' });
      await models.em.flush();
      expect(await em.find(Keeper, {})).toMatchObject([{ name: 'Ann', age: 30 }]);
      expect(await models.em.find(models.Keeper, {})).not.toMatchObject([{ age: 30 }]);
    });
  });

  test('a request or a transaction of the application hands over nobody else', async () => {
    const orm = await application(kind);
    await RequestContext.create(orm.em, () =>
      orm.em.transactional(async em => {
        const models = openModels(em as never, v1, first);
        await createStorage(models);
        models.em.create(models.Keeper, { name: 'Ann' });
        await models.em.flush();
        expect(await models.em.find(models.Keeper, {})).toMatchObject([{ name: 'Ann' }]);
      }),
    );
  });

  test('options that shape storage and values are taken over, subscribers and filters are not', async () => {
    let heard = 0;
    const orm = await application(kind, {
      namingStrategy: EntityCaseNamingStrategy,
      forceUndefined: true,
      subscribers: [{ beforeCreate: () => void heard++ }],
      filters: { nobody: { cond: { id: -1 }, default: true } },
    });
    await inTransaction(orm, async em => {
      const models = openModels(em, v1, first);
      await createStorage(models);
      models.em.create(models.Animal, { species: 'lion', exhibit: { name: 'Savannah' } });
      await models.em.flush();
      models.em.clear();
      const quoted = kind.dialect === 'sqlite' ? '`Animal`' : '"Animal"';
      expect(await em.execute(`select exhibit, mother from ${quoted}`)).toEqual([{ exhibit: 1, mother: null }]);
      const [lion] = await models.em.find(models.Animal, {});
      expect(lion?.weight).toBeUndefined();
      expect(heard).toBe(0);
    });
  });
});

test.each(databases.filter(kind => kind.dialect === 'postgresql'))(
  'entities that ask for no namespace are in the one given, the manager’s, or the ORM’s',
  async kind => {
    const orm = await application(kind, { schema: 'zoo' });
    await inTransaction(orm, async em => {
      for (const namespace of ['zoo', 'aviary', 'aquarium']) {
        await em.execute(
          `create schema "${namespace}"; create table "${namespace}".keeper (id serial, name text, boss_id int)`,
        );
        await em.execute(`insert into "${namespace}".keeper (name) values ('in the ${namespace}')`);
      }
      const named = async (...[manager, more]: [typeof em, object]) => {
        const models = openModels(manager, v1, { ...first, ...more });
        return (await models.em.find(models.Keeper, {})).map(keeper => keeper.name);
      };
      const fork = em.fork({ schema: 'aviary', keepTransactionContext: true });
      expect(await named(em, {})).toEqual(['in the zoo']);
      expect(await named(fork, {})).toEqual(['in the aviary']);
      expect(await named(fork, { namespace: 'aquarium' })).toEqual(['in the aquarium']);
    });
  },
);

describe('in memory', () => {
  const [memory] = databases as [DatabaseKind];

  test('the entities of the file are left as they were, and mean the opened ones', async () => {
    const orm = await application(memory);
    await inTransaction(orm, async em => {
      const models = openModels(em, v1, first);
      await createStorage(models);
      expect(models.Keeper === v1.Keeper).toBe(false);
      expect(Reflect.get(v1.Keeper, 'initialized')).toBe(false);
      expect(Reflect.ownKeys(v1.Keeper.meta.class.prototype)).toEqual(['constructor']);
      models.em.create(v1.Keeper, { name: 'Ann' });
      await models.em.flush();
      expect((await models.em.find(v1.Keeper, { name: 'Ann' }))[0]).toBeInstanceOf(models.Keeper.meta.class);
    });
  });

  test('what a module exports besides entities is left out; an export may have another name than its entity', async () => {
    const orm = await application(memory);
    await inTransaction(orm, async em => {
      const models = openModels(em, { ...v1, Lion: v1.Animal, default: v1 }, first);
      expect(Object.keys(models).toSorted()).toEqual(['Animal', 'Exhibit', 'Keeper', 'Lion', 'em']);
      expect(models.Lion === models.Animal).toBe(true);
    });
  });

  test('property names are those of that version', async () => {
    const orm = await application(memory);
    await inTransaction(orm, async em => {
      const [before, after] = [openModels(em, v1, first), openModels(em, v2, second)];
      await createStorage(after);
      expect(await after.em.find(after.Animal, { legs: 4 })).toEqual([]);
      // @ts-expect-error version 1 knows nothing of legs
      await expect(before.em.find(before.Animal, { legs: 4 })).rejects.toThrow(/legs/);
      // @ts-expect-error the motto is no entity
      expect(before.motto).toBeUndefined();
    });
  });

  test('nothing is kept once the transaction is over', async () => {
    const orm = await application(memory);
    const before = EntitySchema.REGISTRY.size;
    const kept = await inTransaction(orm, async em => new WeakRef(openModels(em, everything, first).em));
    expect(EntitySchema.REGISTRY.size).toBe(before);
    await collectGarbage(kept);
    expect(kept.deref()).toBeUndefined();
  });

  test('outside a transaction there is nothing to open them in', async () => {
    const orm = await application(memory);
    expect(() => openModels(orm.em.fork() as never, v1, first)).toThrow('inside a transaction');
  });
});

/** Collects garbage until this is collected, five times at most: a round takes a worker half a second. */
async function collectGarbage(kept: WeakRef<object>): Promise<void> {
  const [v8, vm] = [await import('node:v8'), await import('node:vm')];
  v8.setFlagsFromString('--expose-gc');
  const collect: () => void = vm.runInNewContext('gc');
  for (let round = 0; round < 5; round++) {
    await new Promise(resolve => void setImmediate(resolve));
    collect();
    if (kept.deref() === undefined) break;
  }
  // Code compiled with another set of flags is not used again, and the next suites would compile all of theirs.
  v8.setFlagsFromString('--no-expose-gc');
}
