import { describe, expect, test } from '@jest/globals';
import type { EntitySchema } from '@mikro-orm/core';
import { doubleDump, dump, move, restore } from '../../lib/dump/index.ts';
import type { Step } from '../../lib/index.ts';
import { postgresql, sqliteFile, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { stateOf } from '../support/state.ts';
import { COWS, fill, releases } from './move/farm.ts';
import { filesOf, newFolder, rowsIn, schemaOn } from './releases.ts';

interface V1 {
  readonly Barn: EntitySchema<{ id: number; name: string }>;
  readonly Cow: EntitySchema<{ id: number; barn: { id: number } }>;
}

const steps = {
  // oxlint-disable-next-line typescript/no-explicit-any -- a step as a spec writes it
  async upgradeTo_2(step: any) {
    await step.addProperty(step.after.Cow, 'name', { fill: null });
    await step.execute(`update cow set name = (select name from barn where id = barn_id)`);
  },
};

async function dumped(database: TestDatabase): Promise<string> {
  const schema = await schemaOn(database, releases.slice(0, 1));
  await schema.upgrade();
  await fill(database);
  const folder = newFolder();
  await dump(schema, folder);
  return folder;
}

describe.each([sqliteMemory, postgresql])('onRestore() on $name', kind => {
  test('changes the rows of the dump by the entities of its version, before any step', async () => {
    await using source = await kind.create();
    await using target = await kind.create();
    const folder = await dumped(source);
    const seen: unknown[] = [];
    const onRestore = async (step: Step<V1, V1>) => {
      seen.push([step.version, Object.keys(step.before), Object.keys(step.after)].flat());
      await step.after.em.nativeUpdate(step.after.Barn, { id: 2 }, { name: 'South' });
      step.after.em.create(step.after.Barn, { id: 3, name: 'East' });
    };
    const schema = await schemaOn(target, releases, { ...steps, onRestore });
    expect(await restore(schema, folder)).toMatchObject({ from: 1, to: 2, rows: COWS + 2, drift: [] });
    expect(seen).toEqual([[1, 'Barn', 'Cow', 'em', 'Barn', 'Cow', 'em']]);
    expect(await target.execute('select name from barn order by id')).toEqual([
      { name: 'North' },
      { name: 'South' },
      { name: 'East' },
    ]);
    expect(await target.execute('select distinct name from cow order by name')).toEqual([
      { name: 'North' },
      { name: 'South' },
    ]);
  });

  test('rolls everything back if it fails, or leaves rows without their parent', async () => {
    await using source = await kind.create();
    await using target = await kind.create();
    const folder = await dumped(source);
    const before = await stateOf(target);
    const failing = [
      async () => Promise.reject(new Error('no more barns')),
      async (step: Step<V1, V1>) => step.execute('delete from barn where id = 2'),
      async (step: Step<V1, V1>) => step.execute('select nothing from nowhere'),
    ];
    for (const onRestore of failing) {
      const schema = await schemaOn(target, releases, { ...steps, onRestore });
      await expect(restore(schema, folder)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:STEP_FAILED|RESTORE_REFUSED)$/),
        message: expect.stringContaining('onRestore'),
      });
      expect(await stateOf(target)).toEqual(before);
    }
  });
});

test('onRestore() sees no rows that are left out, and does not run for a move or a double dump test', async () => {
  await using source = await sqliteFile.create();
  await using one = await sqliteFile.create();
  await using other = await sqliteFile.create();
  const folder = await dumped(source);
  const cows: unknown[] = [];
  const onRestore = async (step: Step<V1, V1>) => void cows.push(await step.after.em.count(step.after.Cow));
  const release = (database: TestDatabase) => schemaOn(database, releases.slice(0, 1), { onRestore });
  await restore(await release(one), folder, { except: { Cow: 'personal data' } });
  expect(cows).toEqual([0]);
  const schema = await release(source);
  await move(schema, await release(other));
  expect(await doubleDump(schema)).toMatchObject({ isEqual: true });
  expect(cows).toEqual([0]);
  const again = newFolder();
  await dump(await release(other), again);
  expect(filesOf(again)).toEqual(filesOf(folder));
  expect(rowsIn(again, 'cow')).toHaveLength(COWS);
});
