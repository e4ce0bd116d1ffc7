import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FileImage } from '../../../lib/testing/databases/file-image.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dejavu-images-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('an image is no longer the same after a commit, and after a transaction began to write', () => {
  const path = join(folder, 'zoo.db');
  using database = new DatabaseSync(path);
  database.exec('create table animal (name text)');
  const level = FileImage.of(path);
  expect([level.isSameAt(path), level.hasJournal]).toEqual([true, false]);
  database.exec(`begin; insert into animal values ('Leo')`);
  expect(level.isSameAt(path)).toBe(false);
  const writing = FileImage.of(path);
  expect(writing.hasJournal).toBe(true);
  database.exec(`insert into animal values ('Mia'); drop table animal`);
  // A process killed now leaves what one killed before leaves: the journal undoes it.
  expect(writing.isSameAt(path)).toBe(true);
  database.exec('rollback');
  expect([writing.isSameAt(path), level.isSameAt(path)]).toEqual([false, true]);
  database.exec(`insert into animal values ('Leo')`);
  expect(level.isSameAt(path)).toBe(false);
});

test('SQLite makes of the files of a killed process those of the last commit', () => {
  const [path, copy] = [join(folder, 'killed.db'), join(folder, 'copy.db')];
  using database = new DatabaseSync(path);
  database.exec(`create table animal (name text); insert into animal values ('Leo')`);
  const level = FileImage.of(path).print();
  database.exec('pragma cache_spill = 1; pragma cache_size = 1; begin');
  database.exec(
    'insert into animal with recursive s (n) as (select 1 union all select n + 1 from s where n < 9999) select n from s',
  );
  const killed = FileImage.of(path);
  expect([killed.hasJournal, killed.print() === level]).toEqual([true, false]);
  killed.writeTo(copy);
  using next = new DatabaseSync(copy);
  expect(next.prepare('select name from animal').all()).toEqual([{ name: 'Leo' }]);
  expect(FileImage.of(copy).print()).toBe(level);
});
