import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { readiness } from '../../lib/index.ts';
import { openOrm, postgresql } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';

test('a probe does not wait for a server that fell silent as long as an upgrade does', async () => {
  await using database = await postgresql.create();
  await using proxy = await startSilentProxy(database.address as string);
  const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
  const orm = await openOrm(proxy.address, { Animal });
  const zoo = new (schemaClass({ latest: 1 }))(orm);
  await zoo.upgrade();
  expect(await readiness(zoo)).toMatchObject({ ready: true });
  proxy.fallSilent();
  expect(await readiness(zoo)).toMatchObject({
    ready: false,
    reasons: [expect.stringContaining('did not answer within 5 s')],
  });
  proxy.speak();
  expect(await readiness(zoo)).toMatchObject({ ready: true });
  await orm.close(true);
});
