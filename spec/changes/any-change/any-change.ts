import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { flagFor, type Answer, type Question } from '../../../lib/changes/questions.ts';
import { resolve } from '../../../lib/changes/resolve-answers.ts';
import type { AnswerValues } from '../../../lib/changes/parse-answers.ts';
import { OperationError } from '../../../lib/errors.ts';
import { describeEntities } from '../../../lib/models/describe-entities.ts';
import type { StorageDescription } from '../../../lib/models/description.ts';
import { dropQuestions } from '../../../lib/step-source/drop-questions.ts';
import { verify } from '../../../lib/verify/index.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { oracle, ours } from '../../dialects/sqlite/table-text/oracle.ts';
import { photograph } from '../../support/life/rows.ts';
import { emptied } from '../matrix/lives.ts';
import { release } from '../release.ts';
import { offline, Workspace } from '../workspace.ts';
import { anyChange, entitiesOfRelease, type ChangeSpec } from './arbitrary.ts';
import { rowsOf, valueOf } from './rows.ts';

/*
 * Whatever changes between two releases, with views, namespaces, composite keys, and entities that share a table or extend
 * each other: the step that `next` writes, with any answers, leads a database with rows to the storage of a new installation,
 * in which verify finds nothing, and back. Or it is refused by name, and nothing has changed. No value is lost that both
 * releases have.
 */

/** How many changes are tried on each dialect, and which: the same seed gives the same ones. */
interface Trials {
  readonly runs: Readonly<Partial<Record<'sqlite' | 'postgresql', number>>>;
  readonly seed: number;
  /** Whether TypeScript is asked about all that was written: it takes seconds. */
  readonly compiles: boolean;
}

/** Declares the tests. A failure says its seed and path; with `ANY_CHANGE_SHRINK` also the smallest change that fails. */
export function describeAnyChange({ runs, seed, compiles }: Trials): void {
  const workspace = new Workspace();
  const databases = new Map<string, TestDatabase>();
  const dialects = (['sqlite', 'postgresql'] as const).filter(dialect => (runs[dialect] ?? 0) > 0);
  beforeAll(async () => {
    for (const kind of [sqliteMemory, postgresql])
      if (dialects.includes(kind.dialect)) databases.set(kind.dialect, await kind.create({ pool: 2 }));
  });
  afterAll(async () => {
    workspace[Symbol.dispose]();
    for (const database of databases.values()) await database.drop();
  });

  test.each(dialects)(
    'any change, on %s',
    async dialect => {
      const trial = { workspace, database: databases.get(dialect) as TestDatabase, dialect };
      const ended = { upgraded: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(anyChange, fc.array(fc.nat(9), { minLength: 20, maxLength: 20 }), async (change, picks) => {
          ended[await tryChange(change, picks, trial)] += 1;
        }),
        { numRuns: runs[dialect] ?? 0, seed, endOnFailure: process.env['ANY_CHANGE_SHRINK'] === undefined },
      );
      // Most changes have to come through: a refusal shows little.
      expect(ended.upgraded).toBeGreaterThan(ended.refused);
    },
    3_600_000,
  );

  if (compiles)
    test('what was written compiles, in strict TypeScript', async () => {
      expect(await workspace.complaints()).toBe('');
    }, 600_000);
}

interface Trial {
  readonly workspace: Workspace;
  readonly database: TestDatabase;
  readonly dialect: 'sqlite' | 'postgresql';
}

let tried = 0;

async function tryChange(
  change: ChangeSpec,
  picks: readonly number[],
  { workspace, database, dialect }: Trial,
): Promise<'upgraded' | 'refused'> {
  const [before, after] = [
    () => entitiesOfRelease(change.before, dialect),
    () => entitiesOfRelease(change.after, dialect),
  ];
  const [old, now] = [before(), after()].map(entities => describeEntities(offline(dialect, entities)));
  if (!old || !now) throw new Error('two releases were described');
  const answers = answersOf(old, now, picks, dialect);
  const cell = { name: 'any', before, after, answers };
  const { schema, step, entitiesOf } = await release(workspace, `${(tried += 1)}`, cell, dialect);
  const install = async (number: 1 | 2) => {
    await emptied(database);
    const orm = await database.orm(entitiesOf(number));
    await new schema[number === 1 ? 'First' : 'Second'](orm).upgrade();
    return { orm, storage: (await photograph(database)).storage };
  };

  const { storage: fresh } = await install(2);
  await install(1);
  // A row that a unique index or a foreign key refuses is not there.
  for (const sql of rowsOf(old, dialect)) await database.execute(sql).catch(() => {});
  const start = await photograph(database);
  const zoo = new schema.Second(await database.orm(entitiesOf(2)));
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

/** Answers every question, one way or the other. */
function answersOf(
  before: StorageDescription,
  after: StorageDescription,
  picks: readonly number[],
  dialect: 'sqlite' | 'postgresql',
): AnswerValues {
  const given: Answer[] = [];
  for (let round = 0; ; round++) {
    const resolution = resolve(before, after, given);
    const [question] = [...resolution.questions, ...dropQuestions(resolution)];
    if (!question) break;
    given.push(answerTo(question, picks[round % picks.length] ?? 0, after, dialect));
  }
  const values: Record<string, string[]> = {};
  for (const answer of given) {
    const [flag = ''] = flagFor(answer).slice(2).split(' ');
    (values[flag] ??= []).push(wordOf(answer));
  }
  return values;
}

function wordOf(answer: Answer): string {
  if (answer.kind === 'renamed') return `${answer.path}:${answer.to}`;
  if (answer.kind === 'dropped' || answer.fill === 'none') return answer.path;
  return `${answer.path}=${'sql' in answer.fill ? answer.fill.sql : answer.fill.value}`;
}

function answerTo(
  { path, kind, choices }: Question,
  pick: number,
  { entities }: StorageDescription,
  dialect: 'sqlite' | 'postgresql',
): Answer {
  if (kind !== 'fill') {
    const simple = choices.filter(({ answer }) => !('overThree' in answer));
    return (simple[pick % simple.length] ?? choices[0])?.answer as Answer;
  }
  const [name = '', ...rest] = path.split('.');
  const entity = entities.find(one => one.name.toLowerCase() === name.toLowerCase());
  const property = entity?.properties.find(one => one.name === rest.join('.'));
  // A key of two columns has no single value.
  if (!property || (property.columns?.length ?? 0) > 1) return { kind: 'fill', path, fill: 'none' };
  const target = entities.find(one => one.name === property.target);
  const type = target?.properties.find(one => one.primary) ?? property;
  return { kind: 'fill', path, fill: { sql: valueOf(type, 1, dialect) } };
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
        property.target !== same.target
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
