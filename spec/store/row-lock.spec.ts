import { describe, expect, test } from '@jest/globals';
import { databaseOf, readRow, type Database } from '../../lib/store/database.ts';
import type { DeployedRow } from '../../lib/store/deployed-row.ts';
import { Busy } from '../../lib/store/poll.ts';
import type { LogLine } from '../../lib/store/version-log.ts';
import { withRow, type OwnRow } from '../../lib/store/row-lock.ts';
import { databases, postgresql, sqliteFile, type DatabaseKind, type TestDatabase } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';
import { connect } from '../support/session.ts';
import { zooV1 } from '../support/zoo.ts';

const PATIENCE = { waitMs: 0 };
const MOVE = { from: 1, to: 2, compatible: 2, fingerprint: undefined, stage: undefined, withoutOrphans: true };

/** A zoo at version 1, seen from two processes. */
async function arrange(kind: DatabaseKind) {
  const place = await kind.create();
  const orm = await place.orm(zooV1());
  await new (schemaClass())(orm).upgrade();
  const ours = databaseOf('zoo', orm);
  const theirs = databaseOf('zoo', await place.orm(zooV1()));
  const row = (await readRow(ours)) as DeployedRow;
  return { place, ours, theirs, row, [Symbol.asyncDispose]: () => place.drop() };
}

function work(database: Database, row: DeployedRow, use: (own: OwnRow) => Promise<string | Busy>) {
  return withRow(database, PATIENCE, { row, stage: 2, target: 2 }, use);
}

function line(to: number): LogLine {
  return { from: to - 1, to, how: 'upgrade', release: `'release' ${to}?` };
}

async function recorded(place: TestDatabase) {
  const [row] = await place.execute(
    'select version, compatible, stage, target, host, pid, since from deployed_version',
  );
  const lines = await place.execute<{ to_version: number }>('select to_version from deployed_version_log order by id');
  return { row, log: lines.map(({ to_version: to }) => to) };
}

const IDLE = { stage: null, target: null, host: null, pid: null, since: null };
const UNMOVED = { row: { version: 1, compatible: 1, ...IDLE }, log: [1] };

describe.each(databases)('on $name', kind => {
  test('the row is announced to everybody, moved in a transaction, and given back', async () => {
    await using zoo = await arrange(kind);
    const done = await work(zoo.ours, zoo.row, async own => {
      expect(await readRow(zoo.theirs)).toMatchObject({ version: 1, stage: 2, holder: { pid: process.pid } });
      return own.transact(async taken => {
        expect(taken).toMatchObject({ version: 1, lastVersion: 1 });
        return own.move(MOVE, [line(2)]);
      });
    });
    expect(done).toBe('moved');
    expect(await recorded(zoo.place)).toEqual({ row: { version: 2, compatible: 2, ...IDLE }, log: [1, 2] });
  });

  test('who read the row before it was announced is too late, and disturbs nobody', async () => {
    await using zoo = await arrange(kind);
    await work(zoo.ours, zoo.row, async () => 'done');
    let called = false;
    const late = await work(zoo.theirs, zoo.row, async () => {
      called = true;
      return 'done';
    });
    expect([late instanceof Busy, called]).toEqual([true, false]);
  });

  test('who announced themselves before another did takes the row no more', async () => {
    await using zoo = await arrange(kind);
    const overtaken = await work(zoo.ours, zoo.row, async own => {
      await own.held.execute('update deployed_version set epoch = epoch + 1');
      return own.transact(async () => 'done');
    });
    expect(overtaken).toBeInstanceOf(Busy);
  });

  test('what fails or finds another gives the announcement back, and nothing of its transaction is left', async () => {
    await using zoo = await arrange(kind);
    const fails = work(zoo.ours, zoo.row, own =>
      own.transact(async () => {
        await own.held.execute('update deployed_version set version = 2');
        await own.held.execute('delete from deployed_version_log');
        throw new Error('but not this time');
      }),
    );
    await expect(fails).rejects.toThrow('but not this time');
    expect(await recorded(zoo.place)).toEqual(UNMOVED);
    const row = (await readRow(zoo.ours)) as DeployedRow;
    expect(await work(zoo.ours, row, own => own.transact(async () => new Busy()))).toBeInstanceOf(Busy);
    expect(await recorded(zoo.place)).toEqual(UNMOVED);
  });

  test('what cannot be done at all is not announced', async () => {
    await using zoo = await arrange(kind);
    const check = async () => {
      throw new Error('not with this role');
    };
    const refused = withRow(zoo.ours, PATIENCE, { row: zoo.row, stage: 2, target: 2, check }, async () => 'done');
    await expect(refused).rejects.toThrow('not with this role');
    expect((await readRow(zoo.ours))?.epoch).toBe(zoo.row.epoch);
  });

  test('a row that is not where it was is not moved, and no line says it was', async () => {
    await using zoo = await arrange(kind);
    for (const change of [`version = 2`, `version = 3`, `epoch = epoch + 1`]) {
      const row = (await readRow(zoo.ours)) as DeployedRow;
      const attempt = work(zoo.ours, row, own =>
        own.transact(async () => {
          await own.held.execute(`update deployed_version set ${change}`);
          throw new Error(await own.move(MOVE, [line(2)]));
        }),
      );
      await expect(attempt).rejects.toThrow('refused');
      expect(await recorded(zoo.place)).toEqual(UNMOVED);
    }
  });

  test.each(['commit', 'rollback'])('a transaction that was ended by %s is not taken for ours', async end => {
    await using zoo = await arrange(kind);
    const again = kind.dialect === 'sqlite' ? 'begin immediate' : 'begin';
    for (const begin of [undefined, again]) {
      const row = (await readRow(zoo.ours)) as DeployedRow;
      const attempt = work(zoo.ours, row, own =>
        own.transact(async () => {
          await own.held.execute(end);
          if (begin !== undefined) await own.held.execute(begin);
          throw new Error(await own.move(MOVE, [line(2)]));
        }),
      );
      await expect(attempt).rejects.toThrow('ended');
      expect(await recorded(zoo.place)).toEqual(UNMOVED);
    }
  });

  test('many lines are logged in their order, with what is in them', async () => {
    await using zoo = await arrange(kind);
    const lines = Array.from({ length: 600 }, (_, index) => line(index + 2));
    const move = { ...MOVE, to: 601 };
    expect(await work(zoo.ours, zoo.row, own => own.transact(() => own.move(move, lines)))).toBe('moved');
    expect((await recorded(zoo.place)).log).toEqual(Array.from({ length: 601 }, (_, index) => index + 1));
    const [last] = await zoo.place.execute('select * from deployed_version_log order by id desc limit 1');
    expect(last).toMatchObject({ from_version: 600, release: `'release' 601?`, how: 'upgrade', pid: process.pid });
    expect(last?.['role']).toEqual(expect.stringMatching(/./));
  });
});

/** A transaction after another on the same connection, of which all is known but whether the row is still as it was. */
async function next(zoo: Awaited<ReturnType<typeof arrange>>, between: Between, use: (own: OwnRow) => Promise<string>) {
  let called = false;
  const done = work(zoo.ours, (await readRow(zoo.ours)) as DeployedRow, async own => {
    await own.transact(async () => 'known');
    await between(own);
    return own.transactAt(1, async () => {
      called = true;
      return use(own);
    });
  });
  return { done: await done.catch((error: Error) => error.message), called };
}

type Between = (own: OwnRow) => Promise<unknown>;
const nothing: Between = async () => undefined;

describe.each(databases)('the next transaction on $name', kind => {
  test('takes and moves the row as the first did', async () => {
    await using zoo = await arrange(kind);
    const moved = await next(zoo, nothing, own => own.move(MOVE, [line(2), line(3)]));
    expect(moved).toEqual({ done: 'moved', called: true });
    expect(await recorded(zoo.place)).toEqual({ row: { version: 2, compatible: 2, ...IDLE }, log: [1, 2, 3] });
  });

  test.each(['epoch = epoch + 1', 'version = 2', `guid = 'another'`])(
    'finds another at it where meanwhile %s',
    async change => {
      await using zoo = await arrange(kind);
      const between: Between = own => own.held.execute(`update deployed_version set ${change}`);
      expect(await next(zoo, between, async () => 'done')).toEqual({ done: expect.any(Busy), called: false });
    },
  );

  test('is no other where the step ends it', async () => {
    await using zoo = await arrange(kind);
    const begin = kind.dialect === 'sqlite' ? 'begin immediate' : 'begin';
    for (const statements of [['commit'], ['rollback'], ['commit', begin], ['rollback', begin]]) {
      const ended = await next(zoo, nothing, async own => {
        for (const statement of statements) await own.held.execute(statement);
        throw new Error(await own.move(MOVE, [line(2)]));
      });
      expect(ended).toEqual({ done: 'ended', called: true });
      expect(await recorded(zoo.place)).toEqual(UNMOVED);
    }
  });

  test.each(['version = 2', 'version = 3', 'epoch = epoch + 1', `guid = 'another'`])(
    'does not move a row that the step changed: %s',
    async change => {
      await using zoo = await arrange(kind);
      const refused = await next(zoo, nothing, async own => {
        await own.held.execute(`update deployed_version set ${change}`);
        throw new Error(await own.move(MOVE, [line(2)]));
      });
      expect(refused).toEqual({ done: 'refused', called: true });
      expect(await recorded(zoo.place)).toEqual(UNMOVED);
    },
  );
});

describe('the next transaction on PostgreSQL', () => {
  test('skips a row that somebody holds', async () => {
    await using zoo = await arrange(postgresql);
    const holder = await connect(zoo.place.address ?? '');
    const between: Between = async () => {
      await holder.query('begin');
      await holder.query('select * from deployed_version for update');
    };
    expect(await next(zoo, between, async () => 'done')).toEqual({ done: expect.any(Busy), called: false });
    await holder.end();
  });

  test('does not take the row of a table that took the place of the one before', async () => {
    await using zoo = await arrange(postgresql);
    const between: Between = own =>
      own.held.executeBatch([
        'alter table deployed_version rename to deployed_before',
        'create table deployed_version as select * from deployed_before',
      ]);
    expect(await next(zoo, between, async () => 'done')).toEqual({ done: expect.any(Busy), called: false });
  });

  test('is known by its row where the step resets all settings', async () => {
    await using zoo = await arrange(postgresql);
    const moved = await next(zoo, nothing, async own => {
      await own.held.execute('reset all');
      return own.move(MOVE, [line(2)]);
    });
    expect(moved).toEqual({ done: 'moved', called: true });
  });

  test('leaves nothing of a move whose commit is refused', async () => {
    await using zoo = await arrange(postgresql);
    await zoo.place.execute('create table pen (n int unique deferrable initially deferred)');
    const refused = await next(zoo, nothing, async own => {
      await own.held.execute('insert into pen values (1), (1)');
      return own.move(MOVE, [line(2)]);
    });
    expect(refused).toEqual({ done: expect.stringContaining('pen_n_key'), called: true });
    expect(await recorded(zoo.place)).toEqual(UNMOVED);
    expect(await zoo.place.execute('select * from pen')).toEqual([]);
  });
});

test('on PostgreSQL a row that is held is nobody else’s, and nobody waits for it', async () => {
  await using zoo = await arrange(postgresql);
  const own = await work(zoo.ours, zoo.row, async ours =>
    ours.transact(async () => {
      const row = (await readRow(zoo.theirs)) as DeployedRow;
      const theirs = await work(zoo.theirs, row, async () => 'done');
      return theirs instanceof Busy ? 'alone' : theirs;
    }),
  );
  expect(own).toBe('alone');
});

test('on SQLite a row is not moved over orphans, where there were none before', async () => {
  await using zoo = await arrange(sqliteFile);
  const orphan = `insert into exhibit (id, name, animals, zoo_id) values (90, 'Nowhere', '', 77)`;
  const attempt = (withoutOrphans: boolean, row: DeployedRow) =>
    work(zoo.ours, row, own =>
      own.transact(async () => {
        await own.held.execute(orphan);
        const moved = await own.move({ ...MOVE, withoutOrphans }, [line(2)]);
        if (moved !== 'moved') throw new Error(moved);
        return moved;
      }),
    );
  await expect(attempt(true, zoo.row)).rejects.toThrow('refused');
  expect(await recorded(zoo.place)).toEqual(UNMOVED);
  expect(await attempt(false, (await readRow(zoo.ours)) as DeployedRow)).toBe('moved');
});
