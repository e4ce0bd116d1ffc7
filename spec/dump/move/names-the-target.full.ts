import { expect, test } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { doubleDump, move } from '../../../lib/dump/index.ts';
import { postgresql, sqliteMemory } from '../../support/databases.ts';
import { createRole } from '../../support/roles.ts';
import { releases, schemaOf } from './farm.ts';

const NO_ENTITIES = { entities: [], discovery: { warnWhenNoEntities: false } };

test('what the target of a move lacks is told of the target, and not of the source', async () => {
  await using source = await sqliteMemory.create();
  await using target = await postgresql.create();
  await using role = await createRole(target);
  const farm = await schemaOf(source, releases.slice(0, 1));
  await farm.upgrade();
  const moveTo = async (clientUrl: string) => {
    const orm = await MikroORM.init({ ...NO_ENTITIES, clientUrl });
    try {
      return await move(farm, orm).catch((error: unknown) => error);
    } finally {
      await orm.close(true);
    }
  };
  const name = new URL(role.url).pathname.slice(1);
  expect(await moveTo(role.url)).toMatchObject({
    code: 'PERMISSION_DENIED',
    message: expect.stringContaining(`in the database "${name}"`),
  });
  const absent = new URL(role.url);
  absent.pathname = `/${name}_absent`;
  expect(await moveTo(absent.href)).toMatchObject({
    code: 'PERMISSION_DENIED',
    message: expect.stringMatching(
      new RegExp(
        `the database "${name}_absent" .* does not exist, and this role may not create it: permission denied .*alter role <role> createdb`,
      ),
    ),
  });
});

test('a double dump test across to a server that is not there names that server', async () => {
  await using source = await sqliteMemory.create();
  const farm = await schemaOf(source, releases.slice(0, 1));
  await farm.upgrade();
  const across = await MikroORM.init({
    ...NO_ENTITIES,
    clientUrl: 'postgresql://farmer@127.0.0.1:1/farm',
    ensureDatabase: false,
    connect: false,
  } as never);
  try {
    await expect(doubleDump(farm, { across })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('the database "farm" on 127.0.0.1:1 cannot be reached'),
    });
  } finally {
    await across.close(true);
  }
});
