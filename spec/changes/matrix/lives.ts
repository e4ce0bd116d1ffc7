import { postgresql, sqliteMemory, type Entities, type TestDatabase } from '../../support/databases.ts';
import { photograph } from '../../support/life/rows.ts';
import type { Releases } from '../release.ts';
import type { Cell } from './cell.ts';

type Lived = Awaited<ReturnType<typeof live>>;

/** The databases on which cells are lived through, one after the other on each. */
const lanes = [sqliteMemory, postgresql, postgresql];

/** What became of each cell on each dialect. */
export type Lives = ReadonlyMap<string, PromiseSettledResult<Lived>>;

/** Lives through all cells, on several databases at once: while a server works for one, another is computed. */
export async function liveThrough(cells: readonly Cell[], released: (cell: Cell) => Promise<Releases>): Promise<Lives> {
  const lives = new Map<string, PromiseSettledResult<Lived>>();
  const waiting = {
    sqlite: cells.filter(({ only = 'sqlite' }) => only === 'sqlite'),
    postgresql: cells.filter(({ only = 'postgresql' }) => only === 'postgresql'),
  };
  await Promise.all(
    lanes.map(async kind => {
      await using database = await kind.create({ pool: 2 });
      for (let cell = waiting[kind.dialect].shift(); cell; cell = waiting[kind.dialect].shift()) {
        const [lived] = await Promise.allSettled([live(cell, await released(cell), database)]);
        lives.set(`${cell.name} on ${kind.dialect}`, lived);
      }
    }),
  );
  return lives;
}

/** What happened to one cell on one dialect, or its error. */
export function lifeOf(lives: Lives, { name }: Cell, dialect: TestDatabase['dialect']): Lived {
  const lived = lives.get(`${name} on ${dialect}`);
  if (lived?.status === 'fulfilled') return lived.value;
  throw lived?.reason ?? new Error(`${name} was not lived through on ${dialect}`);
}

/** Lives through a change: an installation of what it leads to, and a database that goes there and back. */
async function live(cell: Cell, { schema, step, entitiesOf }: Releases, database: TestDatabase) {
  const { First, Second } = schema;
  const storage = async () => (await photograph(database)).storage;
  const withOrm = async <T>(entities: Entities, work: (orm: object) => Promise<T>): Promise<T> => {
    const orm = await database.orm(entities, cell.orm);
    try {
      return await work(orm);
    } finally {
      // In memory there is but one connection, which has to stay; many that wait for nothing use up a server's.
      if (database.dialect === 'postgresql') await orm.close(true);
    }
  };

  await emptied(database);
  await withOrm(entitiesOf(2), orm => new Second(orm).upgrade());
  const fresh = await storage();
  await emptied(database);
  await withOrm(entitiesOf(1), orm => new First(orm).upgrade());
  for (const sql of cell.rows ?? []) await database.execute(sql);
  const before = await storage();
  return withOrm(entitiesOf(2), async orm => {
    await new Second(orm).upgrade();
    const upgraded = await storage();
    const kept: Record<string, unknown> = {};
    for (const sql of Object.keys(cell.kept ?? {})) kept[sql] = await database.execute(sql);
    const allowLoss = step.options.lossy !== undefined;
    return {
      fresh,
      before,
      upgraded,
      kept,
      back: await new Second(orm).downgrade(1, { allowLoss }).then(storage, String),
    };
  });
}

/** Drops everything: a new database for each life would take most of the time. */
export async function emptied(database: TestDatabase): Promise<void> {
  if (database.dialect === 'postgresql') {
    const others = await database.execute<{ name: string }>(
      `select nspname as name from pg_namespace where nspname not like 'pg\\_%' and nspname not in ('public', 'information_schema')`,
    );
    for (const { name } of others) await database.execute(`drop schema "${name}" cascade`);
    await database.execute('drop schema public cascade; create schema public');
    return;
  }
  await database.execute('pragma foreign_keys = off');
  for (const type of ['view', 'table']) {
    const found = await database.execute<{ name: string }>(
      `select name from sqlite_master where type = '${type}' and name not like 'sqlite%'`,
    );
    for (const { name } of found) await database.execute(`drop ${type} "${name}"`);
  }
}
