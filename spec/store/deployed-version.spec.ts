import { expect, describe, test } from '@jest/globals';
import { DeployedVersion, DeployedVersionLog } from '../../lib/index.ts';
import { databases, postgresql, sqliteFile } from '../support/databases.ts';
import { idleSteps, schemaClass } from '../support/schemas.ts';
import { stateOf, tablesOf } from '../support/state.ts';
import { zooV1 } from '../support/zoo.ts';

const ours = { DeployedVersion, DeployedVersionLog };

describe.each(databases)('on $name', kind => {
  test('an application may list what its database remembers', async () => {
    await using database = await kind.create();
    await new (schemaClass({ latest: 1 }))(await database.orm(zooV1())).upgrade({ release: '1.0' });
    const orm = await database.orm({ ...zooV1(), ...ours });
    const began = new Date();
    await new (schemaClass({ latest: 3, ...idleSteps(2, 3) }))(orm).upgrade({ release: '3.0' });
    const em = orm.em.fork();

    const [row] = await em.find(DeployedVersion, { guid: 'zoo' });
    expect(row).toMatchObject({ version: 3, compatible: 3, fingerprint: null, epoch: '1', stage: null, since: null });

    const history = await em.find(DeployedVersionLog, { guid: 'zoo' }, { orderBy: { id: 'asc' } });
    expect(history.map(line => [line.fromVersion, line.toVersion, line.how, line.release])).toEqual([
      [null, 1, 'install', '1.0'],
      [1, 2, 'upgrade', '3.0'],
      [2, 3, 'upgrade', '3.0'],
    ]);
    for (const line of history) {
      expect(line.at).toBeInstanceOf(Date);
      expect(Math.abs(line.at.getTime() - began.getTime())).toBeLessThan(60_000);
      expect(line.pid).toBe(process.pid);
    }
  });

  test('a moment is found by a moment, and who works right now is told with one', async () => {
    await using database = await kind.create();
    const orm = await database.orm({ ...zooV1(), ...ours });
    await new (schemaClass())(orm).upgrade();
    const since = '2026-01-02T03:04:05.678Z';
    await database.execute(
      `update deployed_version set stage = 2, target = 2, host = 'web-3', pid = 4711, since = '${since}'`,
    );
    await database.execute(`update deployed_version_log set at = '${since}'`);
    const em = orm.em.fork();
    expect(await em.findOne(DeployedVersion, { guid: 'zoo' })).toMatchObject({
      stage: 2,
      host: 'web-3',
      since: new Date(since),
    });
    const at = (moment: string) => em.count(DeployedVersionLog, { at: { $gte: new Date(moment) } });
    expect(await at('2026-01-02T03:04:05.678Z')).toBe(1);
    expect(await at('2026-01-02T03:04:05.679Z')).toBe(0);
    expect(await at('2025-12-31T23:59:59Z')).toBe(1);
  });

  test('listing them does not make them part of the storage', async () => {
    await using database = await kind.create();
    const orm = await database.orm({ ...zooV1(), ...ours });
    const zoo = new (schemaClass())(orm);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
    await using plain = await kind.create();
    await new (schemaClass())(await plain.orm(zooV1())).upgrade();
    expect((await stateOf(database)).catalog).toEqual((await stateOf(plain)).catalog);

    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level', created: [] });
    await database.execute('delete from deployed_version');
    // somebody else's row is no row of ours, and a table of bookkeeping is no storage
    for (const table of ['exhibit', 'animal', 'zoo']) await database.execute(`drop table ${table}`);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
    expect(await tablesOf(database)).toEqual(['animal', 'deployed_version', 'deployed_version_log', 'exhibit', 'zoo']);
  });

  test('MikroORM’s own schema generator leaves them alone when it is told to', async () => {
    await using database = await kind.create();
    const skipTables = ['deployed_version', 'deployed_version_log'];
    const orm = await database.orm({ ...zooV1(), ...ours }, { schemaGenerator: { skipTables } });
    await new (schemaClass())(orm).upgrade();
    expect(await orm.schema.getUpdateSchemaSQL()).toBe('');
  });
});

test('several ORMs of one process may list them, of several kinds of databases', async () => {
  await using file = await sqliteFile.create();
  await using server = await postgresql.create();
  const orms = [
    await file.orm({ ...zooV1(), ...ours }),
    await server.orm({ ...zooV1(), ...ours }),
    await file.orm(ours),
    await server.orm(ours),
  ];
  await new (schemaClass())(orms[0] as never).upgrade();
  await new (schemaClass())(orms[1] as never).upgrade();
  for (const orm of [...orms, ...orms.toReversed()]) {
    const em = orm.em.fork();
    expect(await em.findOne(DeployedVersion, 'zoo')).toMatchObject({ version: 1, since: null });
    expect(await em.find(DeployedVersionLog, { at: { $gte: new Date(0) } })).toMatchObject([{ at: expect.any(Date) }]);
  }
});
