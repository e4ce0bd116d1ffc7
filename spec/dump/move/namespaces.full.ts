import { existsSync, rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { doubleDump, dump, move, rehearse } from '../../../lib/dump/index.ts';
import type { Step } from '../../../lib/index.ts';
import { postgresql, sqliteFile } from '../../support/databases.ts';
import { filesOf, newFolder, schemaOn } from '../releases.ts';

/** Tables in three namespaces, two of one name, with references between them. */
function release(more: object = {}) {
  const Barn = defineEntity({
    name: 'Barn',
    schema: 'farm',
    properties: { id: p.integer().primary(), name: p.string() },
  });
  const Note = defineEntity({ name: 'Note', properties: { id: p.integer().primary(), barn: () => p.manyToOne(Barn) } });
  const Mark = defineEntity({
    name: 'Mark',
    tableName: 'note',
    schema: 'herd',
    properties: { id: p.integer().primary(), barn: () => p.manyToOne(Barn), ...more },
  });
  return { Barn, Note, Mark };
}

const releases = [release(), release({ word: p.string().nullable() })];
const upgradeTo_2 = (step: Step<object, { Mark: ReturnType<typeof release>['Mark'] }>) =>
  step.addProperty(step.after.Mark, 'word' as never, { fill: null });

test('several namespaces are rehearsed and moved to a server, and refused by a file, which has none', async () => {
  await using source = await postgresql.create();
  await using target = await postgresql.create();
  await using file = await sqliteFile.create();
  const first = await schemaOn(source, releases.slice(0, 1));
  await first.upgrade();
  await source.execute(`insert into farm.barn values (1, 'North')`);
  await source.execute('insert into note values (5, 1)');
  await source.execute('insert into herd.note values (6, 1), (7, 1)');
  const second = await schemaOn(source, releases, { upgradeTo_2 });

  const { tables } = await rehearse(second);
  expect(tables).toMatchObject([
    { table: 'farm.barn', rowsBefore: 1, rowsAfter: 1, changed: [] },
    { table: 'herd.note', rowsBefore: 2, rowsAfter: 2, changed: [expect.stringMatching(/^\+ word/)] },
    { table: 'note', rowsBefore: 1, rowsAfter: 1, changed: [] },
  ]);
  expect(await doubleDump(second)).toMatchObject({ isEqual: true });

  // A file that is there, and then one that the move would create.
  const refusal = {
    code: 'RESTORE_REFUSED',
    message: expect.stringMatching(/cannot have the storage of version 1: .*farm.*Nothing was written.*`schema`/),
  };
  const other = await file.orm([]);
  await expect(move(second, other)).rejects.toMatchObject(refusal);
  expect(await file.execute('select name from sqlite_master')).toEqual([]);
  await other.close(true);
  rmSync(file.address ?? '', { force: true });
  expect(existsSync(file.address ?? '')).toBe(false);
  await expect(move(second, await file.orm([]))).rejects.toMatchObject(refusal);

  expect(await move(second, await target.orm([]))).toMatchObject({ version: 1, rows: 4, drift: [] });
  const [here, there] = [newFolder(), newFolder()];
  await dump(first, here);
  await dump(await schemaOn(target, releases.slice(0, 1)), there);
  expect(filesOf(there)).toEqual(filesOf(here));
});
