import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { onBoot, readiness, type BootMode } from '../../lib/index.ts';
import { sqliteMemory } from '../support/databases.ts';
import { idleSteps, schemaClass } from '../support/schemas.ts';

const entities = () => ({ Animal: defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } }) });

test('a boot upgrades, checks or waits, says what it does, and readiness says whether it may serve', async () => {
  await using database = await sqliteMemory.create();
  const lines: string[] = [];
  const logger = { info: (line: string) => lines.push(line), error: (line: string) => lines.push(`error ${line}`) };
  const zoo = new (schemaClass({ latest: 1 }))(await database.orm(entities()));
  expect(await readiness(zoo)).toMatchObject({ ready: false, reasons: ['zoo: the database has no version'] });
  await expect(onBoot(zoo, { mode: 'assert', logger })).rejects.toMatchObject({ code: 'VERSION_MISSING' });
  await expect(onBoot(zoo, { mode: 'wait', waitMs: 50, logger })).rejects.toMatchObject({ code: 'VERSION_MISSING' });
  expect(await onBoot(zoo, { logger })).toMatchObject({ mode: 'upgrade', schemas: [{ outcome: 'installed' }] });
  expect(await onBoot(zoo, { mode: 'assert' })).toEqual({ mode: 'assert', schemas: [] });
  expect(await onBoot(zoo, { mode: 'wait' })).toEqual({ mode: 'wait', schemas: [] });
  expect(lines).toEqual([
    expect.stringMatching(/^error zoo: .* has no version/),
    expect.stringMatching(/^zoo: waiting for another process/),
    expect.stringMatching(/^error zoo: .* has no version/),
    'zoo: installing version 1',
    'zoo: installed at version 1',
  ]);

  const orm = await database.orm(entities());
  const next = new (schemaClass({ latest: 2, entities: ['Animal'], ...idleSteps(2, 2) }))(orm);
  const shop = new (schemaClass({ guid: 'shop', entities: [], dependsOn: { zoo: 2 } }, { name: 'ShopSchema' }))(orm);
  expect((await readiness([next, shop])).reasons).toEqual([
    'zoo: the database is behind, at version 1; this code is version 2',
    'shop: the database has no version',
  ]);
  lines.length = 0;
  // as NestJS names it
  const nest = { log: (line: string) => lines.push(line.replace(/\d+(\.\d)? (m?s)$/, 'n $2')) };
  expect((await onBoot([shop, next], { logger: nest })).schemas.map(({ guid }) => guid)).toEqual(['shop', 'zoo']);
  expect(lines).toEqual([
    'zoo: upgradeTo_2 started',
    'zoo: upgradeTo_2 finished after n ms',
    'shop: installing version 1',
    'shop: installed at version 1',
    'zoo: upgraded at version 2',
  ]);
  await onBoot([shop, next], { mode: 'assert' });
  expect(await readiness([next, shop])).toMatchObject({ ready: true, reasons: [] });
  await database.execute(`update deployed_version set version = 1, compatible = 1 where guid = 'zoo'`);
  expect((await readiness(shop)).reasons).toEqual(['shop: needs zoo at version 2']);
  await expect(onBoot(zoo, { mode: 'sometimes' as BootMode })).rejects.toMatchObject({ code: 'TARGET_INVALID' });

  await orm.close();
  expect(await readiness(next)).toMatchObject({ ready: false, schemas: [] });
});

test('Schemas in two databases find what they need in the list, at boot and in every probe', async () => {
  await using here = await sqliteMemory.create();
  await using there = await sqliteMemory.create();
  const zoo = new (schemaClass({ latest: 1 }))(await here.orm(entities()));
  const Shop = schemaClass({ guid: 'shop', dependsOn: { zoo: 1 } }, { name: 'ShopSchema' });
  const shop = new Shop(await there.orm(entities()));
  await onBoot([shop, zoo]);
  await onBoot([shop, zoo], { mode: 'assert' });
  expect(await readiness([shop, zoo])).toMatchObject({
    ready: true,
    reasons: [],
    schemas: [{ dependencies: [{ guid: 'zoo', needs: 1, deployed: 1 }] }, { guid: 'zoo' }],
  });
  expect(await readiness(shop)).toMatchObject({ ready: false, reasons: ['shop: needs zoo at version 1'] });
  // A second tenant: its shop needs its own zoo.
  await using tenant = await sqliteMemory.create();
  const orm = await tenant.orm({
    ...entities(),
    Shop: defineEntity({ name: 'Shop', properties: { id: p.integer().primary() } }),
  });
  const zoo2 = new (schemaClass({ latest: 1, entities: ['Animal'] }))(orm);
  const shop2 = new (schemaClass({ guid: 'shop', dependsOn: { zoo: 1 }, entities: ['Shop'] }, { name: 'ShopSchema' }))(
    orm,
  );
  await onBoot([zoo2, shop2]);
  await tenant.execute(`delete from deployed_version where guid = 'zoo'`);
  expect((await readiness([zoo, shop, zoo2, shop2])).reasons).toEqual([
    'zoo: the database has no version',
    'shop: needs zoo at version 1',
  ]);
  for (const options of [{ adopt: 1 }, { backup: './zoo.backup' }]) {
    await expect(onBoot([shop, zoo], options)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
  }
  expect(await readiness([undefined as never, zoo])).toMatchObject({
    ready: false,
    reasons: [expect.stringContaining('undefined is not a Schema')],
    schemas: [{ guid: 'zoo' }],
  });
});
