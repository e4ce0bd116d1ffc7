import { expect, test } from '@jest/globals';
import { plan } from '../../lib/plan/index.ts';
import type { DatabaseKind } from '../support/databases.ts';
import { LATEST } from '../support/life/schema.ts';
import { bytesOf, stateOf } from '../support/state.ts';
import { release, settled } from './support.ts';

/** Declares the tests of what plans of ten versions leave behind, up and down: nothing. */
export function describeTraces(kind: DatabaseKind): void {
  test('neither a plan nor a live plan of ten versions leaves a trace', async () => {
    await using database = await kind.create();
    await settled(database);
    const zoo = await release(database, LATEST);
    await zoo.deployed();
    const files = [database.address ?? '', `${database.address}-wal`];
    const [state, bytes] = [await stateOf(database), files.map(bytesOf)];
    for (const live of [false, true]) {
      const made = await plan(zoo, undefined, { live });
      expect(made).toMatchObject({ guid: 'life', from: 1, to: LATEST, outcome: 'upgrade', live });
      expect(made.steps.map(({ unseen }) => unseen)).toEqual(Array.from({ length: 9 }));
      expect(await stateOf(database)).toEqual(state);
      expect(files.map(bytesOf)).toEqual(bytes);
    }
    expect(await zoo.upgrade()).toMatchObject({ from: 1, to: LATEST });
  });

  test('nor does one of the way down', async () => {
    await using database = await kind.create();
    const zoo = await release(database, LATEST);
    await zoo.upgrade();
    const state = await stateOf(database);
    for (const live of [false, true]) {
      const made = await plan(zoo, 0, { live });
      expect(made).toMatchObject({ from: LATEST, to: 0, outcome: 'downgrade' });
      expect(made.steps.map(({ unseen }) => unseen)).toEqual(Array.from({ length: 10 }));
      expect(await stateOf(database)).toEqual(state);
    }
  });
}
