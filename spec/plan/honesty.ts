import { describe, expect, test } from '@jest/globals';
import { plan, type StepPlan } from '../../lib/plan/index.ts';
import type { DatabaseKind, TestDatabase } from '../support/databases.ts';
import { settleLife } from '../support/life/rows.ts';
import { entitiesOf, LATEST, zooOf } from '../support/life/schema.ts';
import { record } from '../support/recorder.ts';

async function release(database: TestDatabase, version: number) {
  const orm = await database.orm(await entitiesOf(version));
  return { zoo: zooOf(version, orm), orm };
}

/** What was sent, but for what was taken back to a savepoint. */
function kept(sent: readonly string[]): string[] {
  const statements: string[] = [];
  const marks = new Map<string, number>();
  for (const sql of sent) {
    const [, mark] = /^savepoint ([^\s;]+)/i.exec(sql) ?? [];
    const [, back] = /^rollback to (?:savepoint )?([^\s;]+)/i.exec(sql) ?? [];
    if (mark !== undefined) marks.set(mark, statements.length);
    if (back !== undefined) statements.splice(marks.get(back) ?? 0);
    statements.push(sql);
  }
  return statements;
}

/** What was sent to change something, but for what is about versions. */
function changes(sent: readonly string[]): string[] {
  const isOurs = /^(?:select|savepoint|release|rollback|begin|start|commit|pragma|set|explain)\b/i;
  return kept(sent).filter(sql => !isOurs.test(sql) && !sql.includes('deployed_version'));
}

function planned({ operations }: StepPlan): string[] {
  return operations.flatMap(({ sql }) => sql).filter(sql => !/^select\b/i.test(sql));
}

/** What the steps of the zoo send for rows that they were given. */
function isOfRows(sql: string): boolean {
  return /\bfrom \(values\b|^insert into .keeper|\bset .keeper_id. =/.test(sql);
}

function dependsOnRows({ operations }: StepPlan): boolean {
  return operations.some(operation => operation.dependsOnRows);
}

/** What a statement does to what, without how a table is written: SQLite rebuilds one in the words it has here. */
function outline(sql: string): string {
  return sql.replaceAll(/["`]/g, '').split(/\s\(/, 1)[0]?.toLowerCase() ?? '';
}

/** Declares the tests that what is planned on a kind of database is what is sent to it, down to the statement. */
export function describeHonesty(kind: DatabaseKind): void {
  const shown = (sql: readonly string[]) => (kind.dialect === 'sqlite' ? sql.map(outline).toSorted() : sql);

  describe(`on ${kind.name}`, () => {
    test('what is planned is what upgrade() sends to a database of that version, statement by statement', async () => {
      for (let from = 1; from < LATEST; from += 1) {
        await using database = await kind.create();
        await (await release(database, from)).zoo.upgrade();
        const { zoo, orm } = await release(database, LATEST);
        const { steps } = await plan(zoo, from + 1);
        expect(steps).toHaveLength(1);
        const step = steps[0] as StepPlan;
        expect(step.unseen).toBeUndefined();
        using recording = await record(orm);
        await zoo.upgrade(from + 1);
        expect({ to: step.to, sql: planned(step) }).toEqual({ to: step.to, sql: changes(recording.sql) });
      }
    });

    test('what is planned is what upgrade() sends to a database that has lived, with rows', async () => {
      await using database = await kind.create();
      await (await release(database, 1)).zoo.upgrade();
      await settleLife(database);
      const { zoo, orm } = await release(database, LATEST);
      const { steps } = await plan(zoo);
      expect(steps.map(({ to, unseen }) => ({ to, unseen }))).toEqual(
        [2, 3, 4, 5, 6, 7, 8, 9, 10].map(to => ({ to, unseen: undefined })),
      );
      expect(steps.filter(dependsOnRows).map(({ to }) => to)).toEqual([2, 3, 9, 10]);
      using recording = await record(orm);
      for (const step of steps) {
        recording.clear();
        await zoo.upgrade(step.to);
        const sent = changes(recording.sql);
        expect(sent.some(isOfRows)).toBe(dependsOnRows(step));
        expect({ to: step.to, sql: shown(planned(step)) }).toEqual({
          to: step.to,
          sql: shown(sent.filter(sql => !isOfRows(sql))),
        });
      }
    });

    test('what is planned for the way down is what downgrade() sends', async () => {
      await using database = await kind.create();
      const { zoo, orm } = await release(database, LATEST);
      await zoo.upgrade();
      const { steps, outcome } = await plan(zoo, 0);
      expect(outcome).toBe('downgrade');
      expect(steps.map(({ method }) => method)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map(to => `downgradeTo_${to}`));
      using recording = await record(orm);
      for (const step of steps) {
        expect(step.unseen).toBeUndefined();
        recording.clear();
        await zoo.downgrade(step.to, { allowLoss: true });
        expect({ to: step.to, sql: shown(planned(step)) }).toEqual({
          to: step.to,
          sql: shown(changes(recording.sql)),
        });
      }
    });

    test('an installation is planned as it is sent', async () => {
      await using database = await kind.create();
      const { zoo, orm } = await release(database, LATEST);
      const { outcome, steps } = await plan(zoo);
      expect({ outcome, methods: steps.map(({ method }) => method) }).toEqual({
        outcome: 'install',
        methods: ['install'],
      });
      using recording = await record(orm);
      await zoo.upgrade();
      const sent = recording.sql.flatMap(sql => sql.split(';\n')).map(sql => sql.replace(/;\s*$/, ''));
      const created = kept(sent).filter(sql => /^(?:create|alter)\b/i.test(sql));
      expect(steps.flatMap(step => step.operations).flatMap(({ sql }) => sql)).toEqual(created);
    });
  });
}
