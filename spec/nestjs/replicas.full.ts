import { beforeAll, afterAll, expect, test } from '@jest/globals';
import { postgresql, type TestDatabase } from '../support/databases.ts';
import { entitiesOf, zooOf } from '../support/life/schema.ts';
import { spawnWorker } from '../support/processes.ts';
import { connect } from '../support/session.ts';

const OLD = 7;
const NEW = 10;

let database: TestDatabase;
let address: string;
beforeAll(async () => {
  database = await postgresql.create();
  address = database.address as string;
  await zooOf(OLD, await database.orm(await entitiesOf(OLD))).upgrade();
});
afterAll(() => database.drop());

async function get(port: unknown, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/${path}`);
  return { status: response.status, body: await response.json() };
}

test('SIGTERM during the boot ends it at a whole version', async () => {
  const session = await connect(address);
  await session.query('begin; select from deployed_version for update');
  await using replica = spawnWorker('nest-app.ts', { address, latest: NEW });
  await replica.line('waiting');
  replica.kill('SIGTERM');
  expect(await replica.line('failed')).toMatchObject({
    text: expect.stringContaining(`The database is at version ${OLD}`),
  });
  expect(await replica.finished).toMatchObject({
    code: 1,
    signal: null,
    stderr: expect.stringContaining('UpgradeAbortedError'),
  });
  await session.query('rollback');
  await session.end();
});

test('two replicas boot at once: each step runs once, before anything is initialised, and health says so', async () => {
  await using one = spawnWorker('nest-app.ts', { address, latest: NEW });
  await using other = spawnWorker('nest-app.ts', { address, latest: NEW, late: true });
  const ports: unknown[] = [];
  for (const replica of [one, other]) {
    expect(await replica.line('initialised')).toMatchObject({ version: NEW });
    ports.push((await replica.line('listening'))['port']);
    expect(await get(ports.at(-1), 'animals')).toEqual({ status: 200, body: [] });
    expect(await get(ports.at(-1), 'health')).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { schema: { status: 'up', schemas: { life: { deployed: NEW, latest: NEW } } } } },
    });
  }
  const log = await database.execute('select to_version as version from deployed_version_log order by id');
  expect(log).toEqual([OLD, 8, 9, NEW].map(version => ({ version })));

  // One is killed. The other goes on, and tells its readiness by the database, not by how it booted.
  one.kill();
  expect(await one.finished).toMatchObject({ signal: 'SIGKILL' });
  await database.execute('update deployed_version set version = 11, compatible = 11');
  expect(await get(ports[1], 'health')).toMatchObject({
    status: 503,
    body: { error: { schema: { status: 'down', reasons: [expect.stringContaining('ahead, at version 11')] } } },
  });
  await database.execute(`update deployed_version set version = ${NEW}, compatible = ${NEW}`);
  expect(await get(ports[1], 'health')).toMatchObject({ status: 200 });
  other.say('end');
  expect(await other.finished).toMatchObject({ code: 0 });
});

test('a replica that only asserts does not start where its code may not run', async () => {
  await database.execute(`update deployed_version set version = ${NEW}, compatible = ${NEW}`);
  await using replica = spawnWorker('nest-app.ts', { address, latest: OLD, mode: 'assert' });
  expect(await replica.finished).toMatchObject({ code: 1, stderr: expect.stringContaining('VersionAheadError') });
});
