import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { doubleDump, dump, restore } from '../../../lib/dump/index.ts';
import type { Step } from '../../../lib/index.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../../support/databases.ts';
import { filesOf, newFolder, rowsIn, schemaOn } from '../releases.ts';
import { long, rowsOfTown, town } from './town.ts';

describe.each([sqliteFile, postgresql])('a dump of a town on $name', kind => {
  const namespace = kind.dialect === 'postgresql' ? 'plan' : undefined;
  const modules = [town(namespace, long)];
  const at = (table: string) => (namespace === undefined ? table : `${namespace}.${table}`);
  const none = { reason: 'not now', references: 'null' } as const;
  let database: TestDatabase;
  beforeAll(async () => {
    database = await kind.create();
    await (await schemaOn(database, modules)).upgrade();
    for (const sql of rowsOfTown(kind.dialect, namespace)) await database.execute(sql);
  });
  afterAll(() => database.drop());

  const inTown = () => schemaOn(database, modules);
  const refusal = async (except: object) =>
    dump(await inTown(), newFolder(), { except: except as never }).then(
      () => 'nothing',
      (error: unknown) => `${Reflect.get(error as object, 'code')} ${(error as Error).message}`,
    );

  test('is the same when it is restored and dumped again', async () => {
    expect(await doubleDump(await inTown())).toMatchObject({ isEqual: true });
  });

  test('leaves out a table by the entity at its top, and never by one that extends it', async () => {
    expect(await refusal({ Car: 'x' })).toContain(
      '`except` names Car, which shares the table vehicle. Use Vehicle, which leaves out the whole table.',
    );
    expect(await refusal({ Vehicle: 'x' })).toContain('vehicle_stops.vehicle_id refers to Vehicle');
    const folder = newFolder();
    const { leftOut } = await dump(await inTown(), folder, { except: { Vehicle: 'x', vehicle_stops: 'x' } });
    expect(leftOut).toEqual([
      { entity: 'Vehicle', table: 'vehicle', reason: 'x' },
      { entity: 'vehicle_stops', table: 'vehicle_stops', reason: 'x' },
    ]);
  });

  test('leaves out no part of rows that are in several tables', async () => {
    const all = 'Leave out all of Company, Party, Person, or none.';
    expect(await refusal({ Company: 'x' })).toContain(
      `in several tables: the parts in party, person would stay. ${all}`,
    );
    expect(await refusal({ Party: 'x' })).toContain(
      `in several tables: the parts in company, person would stay. ${all}`,
    );
    expect(await refusal({ Party: none, Company: none, Person: none })).toContain(
      'club_ranking.party_id refers to Person',
    );
  });

  test('restored with everything around left out, has null instead and can be dumped again', async () => {
    const except = { Party: none, Company: none, Person: none, Membership: none, club_ranking: none };
    const folder = newFolder();
    await dump(await inTown(), folder, { except });
    expect(rowsIn(folder, 'club')[0]).toMatch(/^\[1,"chess",null,null,"n",/);
    await using target = await kind.create();
    const schema = await schemaOn(target, modules);
    await restore(schema, folder);
    const again = newFolder();
    await dump(schema, again, { except });
    expect(filesOf(again)).toEqual(filesOf(folder));
  });

  test('names join tables and tables of other namespaces as the manifest does', async () => {
    expect(await refusal({ Street: none })).toContain(
      `refers to Street, which \`except\` leaves out, and it is never null. Leave out House`,
    );
    const except = { Street: none, House: none, [at('street_crosses')]: none, vehicle_stops: none };
    const { leftOut } = await dump(await inTown(), newFolder(), { except });
    expect(leftOut.map(({ table }) => table)).toContain(at('street_crosses'));
    expect(await refusal({ Tram: 'x' })).toContain(`Tram, which is not an entity of this version. Use one of: `);
  });

  test('takes what onRestore writes through every kind of entity', async () => {
    const folder = newFolder();
    await dump(await inTown(), folder);
    await using target = await kind.create();
    const read: Record<string, number> = {};
    // oxlint-disable-next-line typescript/no-explicit-any -- entities as a spec makes them
    const onRestore = async (step: Step<any, any>) => {
      const { after, before } = step;
      const em = after.em;
      for (const name of ['Person', 'House', 'Car', 'Membership'])
        await step.each(before[name], { batch: 1 }, (rows: readonly object[]) => {
          read[name] = (read[name] ?? 0) + rows.length;
        });
      const truck = await em.findOneOrFail(after.Truck, { plate: 'T1' }, { populate: ['stops'] as never });
      (truck as { stops: { removeAll(): void } }).stops.removeAll();
      // oxlint-disable-next-line typescript/no-explicit-any -- an entity as a spec makes it
      const ada: any = await em.findOneOrFail(after.Person, { name: 'Ada' });
      ada.away = { street: 'New', no: 3 };
      ada.home.no = 77;
      em.create(after.Membership, {
        club: await em.findOneOrFail(after.Club, { code: 'go' } as never),
        person: ada,
      } as never);
      em.create(after.Company, { name: 'NewCo', head: ada } as never);
      em.create(after.Car, { plate: 'C9', doors: 2, owner: ada } as never);
      em.create(after.House, { street: em.getReference(after.Street, ['A', 2] as never), letter: 'z' } as never);
    };
    await restore(await schemaOn(target, modules, { onRestore }), folder);
    expect(read).toEqual({ Person: 2, House: 3, Car: 1, Membership: 2 });
    const rows = (sql: string) => target.execute(sql);
    expect(await rows('select home_no from party where id = 1')).toEqual([{ home_no: 77 }]);
    expect(await rows('select id from company order by id')).toHaveLength(2);
    expect(await rows('select sort, doors from vehicle where owner_id = 1 order by plate')).toEqual([
      { sort: 'car', doors: 2 },
      { sort: 'truck', doors: null },
    ]);
    expect(await rows('select 1 as one from vehicle_stops')).toEqual([]);
    expect(await rows('select since from membership order by since')).toEqual([
      { since: 1999 },
      { since: 2000 },
      { since: 2001 },
    ]);
  });
});
