import { expect } from '@jest/globals';
import { OperationError } from '../../../lib/errors.ts';
import { describeEntities } from '../../../lib/models/describe-entities.ts';
import { keepModels, KeptModels } from '../../../lib/models/kept/kept-models.ts';
import type { StorageDescription } from '../../../lib/models/description.ts';
import { verify } from '../../../lib/verify/index.ts';
import type { TestDatabase } from '../../support/databases.ts';
import { oracle, ours } from '../../dialects/sqlite/table-text/oracle.ts';
import type { SharedConnections } from '../../support/shared-connections.ts';
import { photograph } from '../../support/life/rows.ts';
import { emptied } from '../matrix/lives.ts';
import type { Modules } from '../modules-in-memory.ts';
import { releaseOf } from '../release.ts';
import { answersOf } from './answers.ts';
import { entitiesOfRelease, type ChangeSpec } from './arbitrary.ts';
import { rowsOf } from './rows.ts';

/** Where changes are tried. */
export interface Trial {
  readonly dialect: 'sqlite' | 'postgresql';
  readonly database: TestDatabase;
  readonly connections: SharedConnections;
  readonly modules: Modules;
}

/** Tries one change, with answers picked by number. */
export async function tryChange(
  change: ChangeSpec,
  picks: readonly number[],
  { dialect, database, connections, modules }: Trial,
): Promise<'upgraded' | 'refused'> {
  const [before, after] = [
    () => entitiesOfRelease(change.before, dialect),
    () => entitiesOfRelease(change.after, dialect),
  ];
  const [first, second] = [await connections.orm(before()), await connections.orm(after())];
  const models = new KeptModels();
  for (const orm of [first, second]) keepModels(orm, models);
  const [old, now] = [describeEntities(first), describeEntities(second)];
  const answers = answersOf(old, now, picks, dialect);
  const cell = { name: 'any', before, after, answers };
  const { schema, step, resolution, entitiesOf } = await releaseOf(modules, '.', cell, [first, second]);
  // A rename over three versions has the second release keep both properties for now.
  const later = resolution.overThree.length > 0 ? await connections.orm(entitiesOf(2)) : second;
  const install = async (one: { upgrade(): Promise<unknown> }) => {
    await emptied(database);
    await one.upgrade();
    return (await photograph(database)).storage;
  };

  const zoo = new schema.Second(later);
  const fresh = await install(zoo);
  await install(new schema.First(first));
  // A row that a unique index or a foreign key refuses is not there.
  for (const sql of rowsOf(old, dialect)) await database.execute(sql).catch(() => {});
  const start = await photograph(database);
  const refusal = await zoo.upgrade().then(
    () => undefined,
    (error: Error) => error,
  );
  const end = await photograph(database);
  const { text } = step.upgrade;
  expect({ text, cause: reasonOf(refusal), rows: refusal && end.rows, storage: end.storage }).toEqual({
    text,
    cause: refusal && 'told',
    rows: refusal && start.rows,
    storage: refusal ? start.storage : fresh,
  });
  if (dialect === 'sqlite') await assertReadable(database);
  if (refusal) return 'refused';

  const found = {
    differences: (await verify(zoo as never)).differences,
    lost: lostValues(old, now, start.rows, end.rows),
  };
  const failed = await zoo.downgrade(1, { allowLoss: true }).then(
    () => undefined,
    (error: Error) => error,
  );
  const back = await photograph(database);
  expect({ text, back: step.downgrade.text, ...found, cause: reasonOf(failed), storage: back.storage }).toEqual({
    text,
    back: step.downgrade.text,
    differences: [],
    lost: [],
    cause: failed && 'told',
    storage: failed ? end.storage : start.storage,
  });
  return 'upgraded';
}

/** What was written of tables means the same to another parser as to ours. */
async function assertReadable(database: TestDatabase): Promise<void> {
  const tables = await database.execute<{ sql: string }>(
    `select sql from sqlite_master where type = 'table' and name not like 'sqlite%'`,
  );
  expect(tables.map(({ sql }) => ours(sql))).toEqual(tables.map(({ sql }) => oracle(sql)));
}

/** A value that a constraint or a type of the database refuses. */
const OF_DATA = /^(22|23|SQLITE_CONSTRAINT)/;

/** What SQLite's own check of all foreign keys finds after a step. */
const ORPHANS = /upgradeTo_2 failed: .* refers to a missing row of /;

/** Whether the library says why, or the rows are the reason: `told`, or what was said instead. */
function reasonOf(error: Error | undefined): string | undefined {
  if (!error) return undefined;
  const { cause } = error;
  const code = String(Reflect.get(Object(cause), 'code'));
  if (cause instanceof OperationError || OF_DATA.test(code) || ORPHANS.test(error.message)) return 'told';
  return `${error.message} ${String(cause)}`;
}

/** The values of properties that both releases have, and that are others now. */
function lostValues(
  before: StorageDescription,
  after: StorageDescription,
  start: Record<string, unknown[]>,
  end: Record<string, unknown[]>,
): string[] {
  const lost: string[] = [];
  for (const old of before.entities.filter(({ view }) => view === undefined)) {
    const now = after.entities.find(({ name }) => name === old.name);
    if (!now || now.primaryKey?.join() !== old.primaryKey?.join()) continue;
    for (const property of old.properties) {
      const same = now.properties.find(({ name }) => name === property.name);
      if (
        !same ||
        same.type !== property.type ||
        property.columns?.length !== 1 ||
        same.columns?.length !== 1 ||
        property.target !== same.target ||
        // What is computed now is another value, and the step says so.
        (property.generated === undefined && same.generated !== undefined)
      )
        continue;
      if (property.items?.join() !== same.items?.join() || property.nativeEnum !== same.nativeEnum) continue;
      const read = (rows: unknown[] = [], [column = '']: readonly string[] = []) =>
        JSON.stringify(rows.toSorted(byKey).map(row => Reflect.get(row as object, column)));
      const [was, is] = [read(start[old.table], property.columns), read(end[now.table], same.columns)];
      if (was !== is) lost.push(`${old.name}.${property.name}: ${was} is ${is}`);
    }
  }
  return lost;
}

function byKey(one: unknown, other: unknown): number {
  return Number(Reflect.get(one as object, 'id')) - Number(Reflect.get(other as object, 'id'));
}
