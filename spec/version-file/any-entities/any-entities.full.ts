import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { offline, Workspace } from '../../changes/workspace.ts';
import { DIALECTS, freeze, type Dialect } from '../freezing.ts';
import { anySet } from './arbitrary.ts';
import { declare } from './declare.ts';
import type { SetSpec } from './set.ts';

/*
 * Whatever MikroORM's options say, in whatever way entities are declared: a frozen version means it, makes the same storage
 * on both dialects, and compiles. What no version can keep is not among it: those sets have a spec of their own.
 */

const workspace = new Workspace();
afterAll(() => workspace[Symbol.dispose]());

let tried = 0;

test('any set of entities is frozen as it is', async () => {
  await fc.assert(
    fc.asyncProperty(anySet, async spec => {
      const dialects = DIALECTS.filter(dialect => isPossible(spec, dialect));
      fc.pre(dialects.length === DIALECTS.length);
      const texts = new Set<string>();
      for (const dialect of dialects) texts.add(await assertFrozen(spec, dialect));
      expect(texts.size).toBe(1);
    }),
    { numRuns: 150, seed: 7, maxSkipsPerRun: 1_000 },
  );
  expect(tried).toBeGreaterThanOrEqual(150 * DIALECTS.length);
}, 1_800_000);

test('and all of it compiles in strict TypeScript', async () => {
  expect(await workspace.complaints()).toBe('');
}, 600_000);

/** What MikroORM itself refuses is none of ours. */
function isPossible(spec: SetSpec, dialect: Dialect): boolean {
  try {
    offline(dialect, declare(spec));
    return true;
  } catch {
    return false;
  }
}

async function assertFrozen(spec: SetSpec, dialect: Dialect): Promise<string> {
  tried += 1;
  const set = { make: () => declare(spec) };
  const { text, differences, fingerprints, sql } = await freeze(workspace, `${tried}`, set, dialect);
  expect({ differences, fingerprint: fingerprints[1], sql: sql[1] }).toEqual({
    differences: [],
    fingerprint: fingerprints[0],
    sql: sql[0],
  });
  return text;
}
