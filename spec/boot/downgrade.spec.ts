import { describe, expect, test } from '@jest/globals';
import type { Step } from '../../lib/index.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { record } from '../support/recorder.ts';
import { schemaClass, type Members } from '../support/schemas.ts';

const sql = (text: string) => async (step: Step) => void (await step.execute(text));

const ups: Members = {
  upgradeTo_1: sql('create table note (id integer primary key, body text)'),
  upgradeTo_2: sql('alter table note add column stars integer'),
  upgradeTo_3: sql(`insert into note (id, body) values (1, 'three')`),
  upgradeTo_4: sql('alter table note add column tag text'),
};
const downs: Members = {
  downgradeTo_3: sql('alter table note drop column tag'),
  downgradeTo_2: sql('delete from note where id = 1'),
  downgradeTo_1: sql('alter table note drop column stars'),
  downgradeTo_0: sql('drop table note'),
};

async function notesAt(database: TestDatabase, latest: number, members: Members = {}) {
  const Notes = schemaClass({ latest, ...members });
  return new Notes(await database.orm([]));
}

/** A database at version 4 that went through every step. */
async function upgraded(database: TestDatabase, members: Members = {}) {
  await (await notesAt(database, 0)).upgrade();
  const notes = await notesAt(database, 4, { ...ups, ...downs, ...members });
  await notes.upgrade();
  return notes;
}

async function versionOf(database: TestDatabase) {
  const [row] = await database.execute('select version, compatible, stage from deployed_version');
  return row;
}

for (const kind of databases) {
  describe(`the way back on ${kind.name}`, () => {
    for (const transaction of ['plan', 'step'] as const) {
      test(`leads down one by one, by ${transaction}, to nothing, and up again`, async () => {
        await using database = await kind.create({ pool: 1 });
        const notes = await upgraded(database);
        const report = await notes.downgrade(0, { transaction });
        expect(report).toMatchObject({ from: 4, to: 0, outcome: 'downgraded', lost: [] });
        expect(report.steps.map(step => step.version)).toEqual([3, 2, 1, 0]);
        expect(await versionOf(database)).toEqual({ version: 0, compatible: 0, stage: null });
        expect(await notes.upgrade()).toMatchObject({ from: 0, to: 4, outcome: 'upgraded' });
      });
    }

    test('is looked at as a whole: a step without it stops it before the first write, and is named', async () => {
      await using database = await kind.create({ pool: 1 });
      const notes = await upgraded(database);
      const { downgradeTo_2: _gone, ...rest } = downs;
      const orm = await database.orm([]);
      const partly = new (schemaClass({ latest: 4, ...ups, ...rest }))(orm);
      using recording = await record(orm);
      await expect(partly.downgrade(1)).rejects.toMatchObject({
        code: 'TARGET_INVALID',
        message: 'zoo: 1 is not a valid target: the step back from 3 to 2 is missing. Write downgradeTo_2.',
      });
      expect(recording.sql.filter(text => !text.startsWith('select'))).toEqual([]);
      expect(await versionOf(database)).toMatchObject({ version: 4 });
      expect(await notes.deployed()).toBe(4);
    });

    test('that loses data is declared, and taken when that is said', async () => {
      await using database = await kind.create({ pool: 1 });
      const notes = await upgraded(database, { steps: { 3: { lossy: 'forgets the third note' } } });
      await notes.downgrade(3);
      await expect(notes.downgrade(1)).rejects.toMatchObject({
        code: 'TARGET_INVALID',
        message:
          'zoo: 1 is not a valid target: the steps lose data: downgradeTo_2 forgets the third note. ' +
          'If you accept that, call `downgrade(1, { allowLoss: true })`.',
      });
      expect(await versionOf(database)).toMatchObject({ version: 3 });
      expect(await notes.downgrade(1, { allowLoss: true })).toMatchObject({ to: 1 });
    });

    test('may be the only one that loses data, or the way up is, or both are', async () => {
      await using database = await kind.create({ pool: 1 });
      const lossy = { up: 'forgets who wrote', down: 'forgets the tag' };
      const notes = await upgraded(database, { steps: { 3: { lossy: { down: 'forgets the third note' } } } });
      await expect(notes.downgrade(2)).rejects.toThrow('downgradeTo_2 forgets the third note');
      const losing = await notesAt(database, 4, { ...ups, ...downs, steps: { 4: { lossy } } });
      await expect(losing.downgrade(3)).rejects.toThrow('downgradeTo_3 forgets the tag');
      await losing.downgrade(3, { allowLoss: true });
      await expect(losing.upgrade()).rejects.toMatchObject({
        code: 'TARGET_INVALID',
        message:
          'zoo: 4 is not a valid target: the steps lose data: upgradeTo_4 forgets who wrote. ' +
          'If you accept that, call `upgrade(4, { allowLoss: true })`.',
      });
      expect(await versionOf(database)).toMatchObject({ version: 3 });
      expect(await losing.upgrade({ allowLoss: true })).toMatchObject({ from: 3, to: 4 });
    });

    test('never goes up, as upgrade() never goes down', async () => {
      await using database = await kind.create({ pool: 1 });
      const notes = await upgraded(database);
      await notes.downgrade(2);
      await expect(notes.downgrade(3)).rejects.toMatchObject({ code: 'TARGET_INVALID', target: 3 });
      await expect(notes.upgrade(1)).rejects.toMatchObject({ code: 'TARGET_INVALID', target: 1 });
      expect(await notes.downgrade(2)).toMatchObject({ outcome: 'level', steps: [] });
      for (const target of [-1, 1.5, 9, '2', Number.NaN]) {
        await expect(notes.downgrade(target as number)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
      }
    });

    test('is known to the release that made the version, and to no older one', async () => {
      await using database = await kind.create({ pool: 1 });
      await upgraded(database);
      const older = await notesAt(database, 2, {
        upgradeTo_1: ups['upgradeTo_1'],
        upgradeTo_2: ups['upgradeTo_2'],
        downgradeTo_1: downs['downgradeTo_1'],
      });
      await expect(older.downgrade(1)).rejects.toMatchObject({ code: 'VERSION_AHEAD' });
      expect(await versionOf(database)).toMatchObject({ version: 4 });
    });

    test('that fails in the middle leaves a whole version', async () => {
      await using database = await kind.create({ pool: 1 });
      const notes = await upgraded(database, { downgradeTo_1: sql('drop table nowhere') });
      const failed = { code: 'STEP_FAILED', method: 'downgradeTo_1', version: 1 };
      await expect(notes.downgrade(0)).rejects.toMatchObject({ ...failed, done: [], deployed: 4 });
      expect(await versionOf(database)).toEqual({ version: 4, compatible: 4, stage: null });
      await expect(notes.downgrade(0, { transaction: 'step' })).rejects.toMatchObject({
        ...failed,
        done: [3, 2],
        deployed: 2,
      });
      expect(await versionOf(database)).toEqual({ version: 2, compatible: 2, stage: null });
    });

    test('of a database without a version is an error, and installs nothing', async () => {
      await using database = await kind.create({ pool: 1 });
      const notes = await notesAt(database, 4, { ...ups, ...downs });
      await expect(notes.downgrade(1)).rejects.toMatchObject({ code: 'VERSION_MISSING' });
    });

    test('computes anew which code may run', async () => {
      await using database = await kind.create({ pool: 1 });
      const notes = await upgraded(database, { steps: { 2: { compatible: 1 }, 4: { compatible: 1 } } });
      expect(await versionOf(database)).toMatchObject({ version: 4, compatible: 3 });
      await notes.downgrade(2);
      expect(await versionOf(database)).toMatchObject({ version: 2, compatible: 1 });
    });
  });
}
