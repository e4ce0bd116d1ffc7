import { describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/sql';
import type { StepFailedError, Step, UpgradeOptions } from '../../lib/index.ts';
import { databases, postgresql, sqliteFile, type DatabaseKind, type TestDatabase } from '../support/databases.ts';
import { createRole } from '../support/roles.ts';
import { schemaClass, type Members } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';
import { settle, zooV1 } from '../support/zoo.ts';

type Body = (step: Step) => unknown;

/** Sends one good statement, so that there is something to be rolled back. */
async function opens(step: Step) {
  await step.execute(`insert into zoo (id, name) values (2, 'Berlin')`);
}

/** A zoo at version 1, and code of version 2 whose step can be mended while the ORM stays the same. */
async function zooWith(database: TestDatabase, body: Body, members: Members = {}) {
  const First = schemaClass();
  await new First(await database.orm(zooV1())).upgrade();
  await settle(database);
  const entities = zooV1();
  const orm = await database.orm(entities);
  let upgradeTo_2 = body;
  const Second = schemaClass({ latest: 2, upgradeTo_2: (step: Step) => upgradeTo_2(step), ...members });
  return { orm, entities, zoo: new Second(orm), mend: (better: Body) => (upgradeTo_2 = better) };
}

/**
 * Runs a step that fails: nothing of it is left, the only connection there is serves the application, and the mended
 * step carries on.
 */
async function failure(
  kind: DatabaseKind,
  body: Body,
  members?: Members,
  options?: UpgradeOptions,
): Promise<StepFailedError> {
  await using database = await kind.create({ pool: 1 });
  const { orm, entities, zoo, mend } = await zooWith(database, body, members);
  const before = await stateOf(database, { announcements: false });
  const error = await zoo.upgrade(options).then(
    report => report,
    (reason: unknown) => reason,
  );

  expect(error).toMatchObject({ code: 'STEP_FAILED', guid: 'zoo', method: 'upgradeTo_2', version: 2, deployed: 1 });
  expect(error).toMatchObject({ done: [], backup: undefined });
  expect(await stateOf(database, { announcements: false })).toEqual(before);
  expect(await zoo.status()).toMatchObject({ deployed: 1, stage: undefined, target: undefined, holder: undefined });
  expect(zoo.stage).toBeUndefined();
  expect(await orm.em.fork().count(entities.Animal)).toBe(11);

  mend(opens);
  expect(await zoo.upgrade()).toMatchObject({ from: 1, to: 2, outcome: 'upgraded' });
  expect(await database.execute('select id from zoo order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  return error as StepFailedError;
}

describe.each(databases)('on $name a step that fails leaves nothing behind', kind => {
  test('it returns a promise that is rejected', async () => {
    const cause = new Error('the keeper is ill');
    const error = await failure(kind, async step => {
      await opens(step);
      throw cause;
    });
    expect(error.cause).toBe(cause);
    expect(error.message).toBe(
      'zoo: upgradeTo_2 failed: the keeper is ill. The database is at version 1. Fix the cause and call again.',
    );
  });

  test('it throws before it returns a promise', async () => {
    const cause = new TypeError('animals is not iterable');
    const error = await failure(kind, () => {
      throw cause;
    });
    expect(error.cause).toBe(cause);
  });

  test.each([
    ['a string', 'the keeper is ill', '"the keeper is ill"'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an object', { reason: 'ill' }, '[object Object]'],
  ])('it throws %s', async (_, thrown: unknown, shown) => {
    const error = await failure(kind, async step => {
      await opens(step);
      throw thrown;
    });
    expect(error.cause).toBe(thrown);
    expect(error.message).toContain(`upgradeTo_2 failed: a step threw ${shown}, not an error. `);
  });

  test('a statement of it fails, and the database says why in the first line', async () => {
    const error = await failure(kind, async step => {
      await opens(step);
      await step.execute(`
        insert into nowhere
        values (1)
      `);
    });
    expect(error.message).toMatch(
      /^zoo: upgradeTo_2 failed: .*nowhere.*\. The database is at version 1\. Fix the cause and call again\.$/,
    );
    expect(error.cause).toMatchObject({ name: 'TableNotFoundException' });
  });

  test('what it leaves to be flushed at its end fails', async () => {
    const error = await failure(kind, async step => {
      await opens(step);
      const { class: Zoo } = step.em.getMetadata().getByClassName('Zoo');
      step.em.create(Zoo, { id: 1, name: 'a second first' });
    });
    expect(error.cause).toMatchObject({ name: 'UniqueConstraintViolationException' });
  });

  test.each<[string, Body]>([
    ['step.execute()', step => step.execute('commit')],
    ['step.execute() in disguise', step => step.execute('/* all done */ ; COMMIT WORK')],
    ['em.execute()', step => step.em.execute('commit')],
    ['em.commit()', step => step.em.commit()],
    ['em.execute() that rolls back', step => step.em.execute('rollback')],
    ['em.rollback()', step => step.em.rollback()],
    ['em.execute() that begins', step => step.em.execute('begin')],
  ])('it ends its transaction itself by %s', async (_, ends) => {
    const error = await failure(kind, async step => {
      await opens(step);
      await ends(step);
    });
    expect(error.message).toMatch(
      /upgradeTo_2 failed: .*a step may not send ".*", because upgrade\(\) manages its transaction\. .* The database is at version 1\. /,
    );
  });

  test('it goes on after a statement that failed', async () => {
    const error = await failure(kind, async step => {
      await step.execute('insert into nowhere values (1)').catch(() => undefined);
    });
    expect(error.message).toContain('the step continued after a statement had failed: ');
    expect(error.message).toContain('nowhere');
    expect(error.message).toContain('em.transactional()');
  });

  test('it goes on after a statement that failed, and sends more', async () => {
    const error = await failure(kind, async step => {
      await step.execute('insert into nowhere values (1)').catch(() => undefined);
      await opens(step);
    });
    expect(error.message).toContain('the step continued after a statement had failed: ');
    expect(error.message).toContain('nowhere');
  });

  test('it goes on after a statement that failed, and takes back another', async () => {
    const error = await failure(kind, async step => {
      await step.execute('insert into nowhere values (1)').catch(() => undefined);
      await step.em.transactional(em => em.execute('insert into elsewhere values (1)')).catch(() => undefined);
    });
    expect(error.message).toContain('the step continued after a statement had failed: ');
    expect(error.message).toContain('nowhere');
  });

  test('a statement that it does not wait for comes after its end', async () => {
    let late: Promise<unknown> | undefined;
    const onProgress = ({ type }: { type: string }) => {
      if (type === 'finished') late ??= Promise.resolve(send()).catch((error: unknown) => error);
    };
    let send: () => unknown = () => undefined;
    const error = await failure(
      kind,
      async step => {
        await opens(step);
        send = () => step.execute('insert into nowhere values (1)');
      },
      {},
      { onProgress },
    );
    expect(await late).toMatchObject({ message: expect.stringContaining('so it was not sent') });
    expect(error.message).toContain(
      'upgradeTo_2 failed: execute(insert into nowhere …) came after upgradeTo_2 had returned, so it was not sent. Await it.',
    );
  });

  test('it changes the row of deployed_version', async () => {
    const error = await failure(kind, async step => {
      await opens(step);
      await step.execute(`update deployed_version set version = 2`);
    });
    expect(error.message).toBe(
      'zoo: upgradeTo_2 failed: the step changed the row of deployed_version. ' +
        'The database is at version 1. Do not write to deployed_version in a step. Then call again.',
    );
  });
});

describe.each(databases)('on $name a step may', kind => {
  async function success(body: Body) {
    await using database = await kind.create({ pool: 1 });
    const { zoo } = await zooWith(database, body);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', steps: [{ version: 2 }] });
    return (await database.execute<{ name: string }>('select name from zoo order by id')).map(row => row.name);
  }

  test('take a failed statement back inside em.transactional()', async () => {
    const names = await success(async step => {
      await opens(step);
      const failed = step.em.transactional(async em => {
        await em.execute(`insert into zoo (id, name) values (3, 'lost')`);
        await em.execute('insert into nowhere values (1)');
      });
      await expect(failed).rejects.toThrow(/nowhere/);
      await step.execute(`insert into zoo (id, name) values (4, 'Prague')`);
    });
    expect(names).toEqual(['San Diego Zoo', 'Berlin', 'Prague']);
  });

  test('keep what it did inside em.transactional()', async () => {
    const names = await success(step =>
      step.em.transactional(em => em.execute(`insert into zoo (id, name) values (3, 'Basel')`)),
    );
    expect(names).toEqual(['San Diego Zoo', 'Basel']);
  });

  test('set savepoints of its own', async () => {
    const names = await success(async step => {
      await step.execute('savepoint mine');
      await opens(step);
      await step.execute('rollback to savepoint mine');
      await step.execute('release savepoint mine');
    });
    expect(names).toEqual(['San Diego Zoo']);
  });

  test('say nothing and do nothing', async () => {
    expect(await success(() => undefined)).toEqual(['San Diego Zoo']);
  });

  test('return whatever it likes', async () => {
    expect(await success(async () => [1, 2, 3])).toEqual(['San Diego Zoo']);
  });

  test('use the application’s own repositories, which join its transaction', async () => {
    await using database = await kind.create({ pool: 1 });
    const { orm, entities, zoo, mend } = await zooWith(database, () => undefined);
    mend(async () => {
      const animal = await orm.em.findOneOrFail(entities.Animal, { name: 'Leo' });
      animal.name = 'Leonora';
      await orm.em.flush();
      throw new Error('but not this time');
    });
    await expect(zoo.upgrade()).rejects.toMatchObject({ code: 'STEP_FAILED' });
    expect(await orm.em.fork().findOne(entities.Animal, { name: 'Leo' })).not.toBeNull();
  });
});

test('what a step committed by a text of several statements is told, since nobody can take it back', async () => {
  await using database = await postgresql.create({ pool: 1 });
  const { zoo, mend, orm } = await zooWith(database, step =>
    step.execute(`insert into zoo (id, name) values (2, 'Berlin'); commit`),
  );
  const error = await zoo.upgrade().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'STEP_FAILED', deployed: 1, method: 'upgradeTo_2' });
  expect((error as Error).message).toMatchInlineSnapshot(
    `"zoo: upgradeTo_2 failed: the step ended its transaction itself. The database is at version 1. Remove commit and rollback from the step. Check which of its changes the database kept. Then call again."`,
  );
  expect(await zoo.status()).toMatchObject({ deployed: 1, stage: undefined });
  expect(await orm.em.execute('select 1 as one')).toEqual([{ one: 1 }]);
  mend(step => step.execute('delete from zoo where id = 2'));
  expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded' });
});

test('SQLite takes no text of several statements', async () => {
  const error = await failure(sqliteFile, step =>
    step.execute(`insert into zoo (id, name) values (2, 'Berlin'); commit`),
  );
  expect(error.message).toContain('more than one statement');
});

describe('on PostgreSQL', () => {
  const owner = ['grant create, usage on schema public to $role'];

  /** A zoo that belongs to a role with settings of its own. */
  async function ofRole(database: TestDatabase, settings: readonly string[], body: Body) {
    const role = await createRole(database, ...owner, ...settings);
    const First = schemaClass();
    await new First(await database.orm(zooV1(), { clientUrl: role.url })).upgrade();
    const Second = schemaClass({ latest: 2, upgradeTo_2: body });
    const orm: MikroORM = await database.orm(zooV1(), { clientUrl: role.url, pool: { min: 0, max: 1 } });
    return { role, orm, zoo: new Second(orm) };
  }

  test('a statement that the role’s statement_timeout ends fails its step', async () => {
    await using database = await postgresql.create();
    const { role, orm, zoo } = await ofRole(
      database,
      [`alter role $role set statement_timeout = '47s'`],
      async step => {
        await opens(step);
        expect(await step.em.execute('show statement_timeout')).toEqual([{ statement_timeout: '47s' }]);
        // Nobody waits that long, and a shorter one could end any statement of a slow machine.
        await step.execute(`set local statement_timeout = '1ms'`);
        await step.execute('select pg_sleep(30)');
      },
    );
    await using _ = role;
    const error = await zoo.upgrade().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'STEP_FAILED', deployed: 1, cause: { code: '57014' } });
    expect((error as Error).message).toMatchInlineSnapshot(
      `"zoo: upgradeTo_2 failed: canceling statement due to statement timeout. The database is at version 1. Fix the cause and call again."`,
    );
    expect(await orm.em.execute('select id from zoo')).toEqual([]);
  });

  test('a step may think for longer than the role’s idle_in_transaction_session_timeout', async () => {
    await using database = await postgresql.create();
    const { role, orm, zoo } = await ofRole(
      database,
      [`alter role $role set idle_in_transaction_session_timeout = '47s'`],
      async step => {
        await opens(step);
        // 0 is for ever.
        expect(await step.em.execute('show idle_in_transaction_session_timeout')).toEqual([
          { idle_in_transaction_session_timeout: '0' },
        ]);
        await step.execute(`insert into zoo (id, name) values (3, 'Prague')`);
      },
    );
    await using _ = role;
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', to: 2 });
    expect(await orm.em.execute('select id from zoo order by id')).toEqual([{ id: 2 }, { id: 3 }]);
    // only in our transactions
    expect(await orm.em.execute('show idle_in_transaction_session_timeout')).toEqual([
      { idle_in_transaction_session_timeout: '47s' },
    ]);
  });

  test('a deferred constraint speaks up at the end of the step that broke it', async () => {
    const error = await failure(postgresql, async step => {
      await step.execute(
        'create table guide (id integer, zoo integer references zoo (id) deferrable initially deferred)',
      );
      await step.execute('insert into guide values (1, 99)');
    });
    expect(error.cause).toMatchObject({ code: '23503' });
  });
});

describe('on SQLite, where foreign-key actions are off while steps run', () => {
  const orphans = `pragma foreign_keys = off; insert into exhibit (id, name, animals, zoo_id) values (90, 'Nowhere', '', 77)`;

  test('an orphan from before is counted, and no reason to fail', async () => {
    await using database = await sqliteFile.create();
    const { zoo } = await zooWith(database, opens);
    await database.execute(orphans);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', orphans: 1 });
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'level', orphans: 0 });
  });

  test('an orphan that the step made fails it', async () => {
    const error = await failure(sqliteFile, step => step.execute('delete from zoo where id = 1'));
    expect(error.message).toMatchInlineSnapshot(
      `"zoo: upgradeTo_2 failed: exhibit row 1 refers to a missing row of zoo, exhibit row 2 refers to a missing row of zoo, exhibit row 3 refers to a missing row of zoo. On SQLite, foreign-key actions are off in a step unless it declares foreignKeys: 'on'. The database is at version 1. Fix the cause and call again."`,
    );
    expect(error.cause).toBeUndefined();
  });

  test('a step that needs the actions says so', async () => {
    await using database = await sqliteFile.create();
    const { zoo } = await zooWith(database, step => step.execute('delete from zoo where id = 1'), {
      steps: { 2: { foreignKeys: 'on' } },
    });
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded' });
    expect(await database.execute('select distinct zoo_id from exhibit')).toEqual([{ zoo_id: null }]);
  });

  test.each(['on', 'off'])('the application finds them as it left them: %s', async state => {
    await using database = await sqliteFile.create();
    const { orm, zoo, mend } = await zooWith(database, step => step.execute('nonsense'));
    await orm.em.execute(`pragma foreign_keys = ${state}`);
    const pragmas = async () => [
      await orm.em.execute('pragma foreign_keys'),
      await orm.em.execute('pragma busy_timeout'),
      await orm.em.execute('pragma cache_spill'),
    ];
    const before = await pragmas();
    await expect(zoo.upgrade()).rejects.toMatchObject({ code: 'STEP_FAILED' });
    expect(await pragmas()).toEqual(before);
    mend(opens);
    await zoo.upgrade();
    expect(await pragmas()).toEqual(before);
  });
});

describe.each(databases)('on $name inside a transaction of the caller', kind => {
  test.each(['upgrade', 'downgrade', 'assertStorage', 'adopt', 'allow'] as const)('%s() is refused', async method => {
    await using database = await kind.create({ pool: 1 });
    const { orm, entities, zoo } = await zooWith(database, opens);
    const calls = {
      upgrade: () => zoo.upgrade(),
      downgrade: () => zoo.downgrade(0),
      assertStorage: () => zoo.assertStorage(),
      adopt: () => zoo.adopt(1),
      allow: () => zoo.allow(1, { reason: 'it is safe' }),
    };
    const before = await stateOf(database);
    const within = orm.em.fork().transactional(async em => {
      em.create(entities.Zoo, { id: 2, name: 'Berlin' });
      await calls[method]();
    });
    await expect(within).rejects.toMatchObject({
      code: 'INSIDE_TRANSACTION',
      message: `zoo: ${method}() was called inside a transaction. Call it before the transaction begins.`,
    });
    expect(await stateOf(database)).toEqual(before);
    expect(await orm.em.fork().count(entities.Animal)).toBe(11);
  });

  test('a step is such a transaction too', async () => {
    await using database = await kind.create({ pool: 1 });
    const { zoo, mend } = await zooWith(database, opens);
    mend(() => zoo.upgrade());
    await expect(zoo.upgrade()).rejects.toMatchObject({ code: 'STEP_FAILED', cause: { code: 'INSIDE_TRANSACTION' } });
  });
});

test('a step that leads names elsewhere moves no row of another namespace', async () => {
  await using database = await postgresql.create();
  await new (schemaClass())(await database.orm(zooV1())).upgrade();
  // Another tenant, with the same history; announcing will make the epoch 1.
  await database.execute(`
    create schema other;
    create table other.deployed_version as select * from deployed_version;
    update other.deployed_version set epoch = 1;
    create table other.deployed_version_log (like deployed_version_log including all)`);
  const Next = schemaClass({ latest: 2, upgradeTo_2: (step: Step) => step.execute('set local search_path = other') });
  const error: unknown = await new Next(await database.orm(zooV1())).upgrade().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'STEP_FAILED', method: 'upgradeTo_2', deployed: 1 });
  expect(await database.execute('select version from deployed_version')).toEqual([{ version: 1 }]);
  expect(await database.execute('select version from other.deployed_version')).toEqual([{ version: 1 }]);
});

test('a step among others that ends its transaction where nobody sees it is told of once', async () => {
  await using database = await postgresql.create();
  await new (schemaClass())(await database.orm(zooV1())).upgrade();
  const upgradeTo_2 = (step: Step) => step.execute('select 1; commit');
  const Next = schemaClass({ latest: 3, upgradeTo_2, upgradeTo_3: async () => undefined });
  await expect(new Next(await database.orm(zooV1())).upgrade()).rejects.toThrow(
    /^zoo: upgradeTo_2 failed: the step ended its transaction itself\. The database is at version 1\. Remove commit/,
  );
});
