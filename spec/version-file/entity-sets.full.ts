import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { versionSource } from '../../lib/version-file/version-source.ts';
import { declaredEntities } from '../../lib/cli/project/draft-version.ts';
import { offline, Workspace } from '../changes/workspace.ts';
import { decorated, DIALECTS, freeze, type EntitySet, type Frozen } from './freezing.ts';
import { DECORATED, moduleOf } from './sets/decorated.ts';
import { MADE, REFUSED } from './sets/made.ts';

/*
 * Sets of entities that foreign projects have: frozen as `dejavu init` does, and the storage of both is the same.
 */

const workspace = new Workspace();
afterAll(() => workspace[Symbol.dispose]());

const names = [...Object.keys(MADE), ...Object.keys(DECORATED)];
const cells = names.flatMap(name => DIALECTS.map(dialect => ({ name, dialect })));
const frozen = new Map<string, Frozen | Error>();
const keyOf = ({ name, dialect }: (typeof cells)[number]) => `${name} on ${dialect}`;

async function setOf(name: string): Promise<EntitySet> {
  const made = MADE[name];
  if (made) return made;
  return decorated(workspace, `${names.indexOf(name)}/entities`, moduleOf(DECORATED[name] ?? ''));
}

// Modules may not be imported between tests.
beforeAll(async () => {
  for (const name of names) {
    const set = await setOf(name);
    for (const dialect of DIALECTS) {
      const found = await freeze(workspace, `${names.indexOf(name)}`, set, dialect).catch((error: Error) => error);
      frozen.set(keyOf({ name, dialect }), found);
    }
  }
}, 600_000);

describe('means what the entities mean, and makes the same storage', () => {
  test.each(cells)('$name, on $dialect', cell => {
    const found = frozen.get(keyOf(cell));
    if (found === undefined || found instanceof Error) throw found ?? new Error('was not frozen');
    const { differences, fingerprints, sql } = found;
    expect({ differences, fingerprint: fingerprints[1], sql: sql[1] }).toEqual({
      differences: [],
      fingerprint: fingerprints[0],
      sql: sql[0],
    });
    expect(sql[0].join('\n')).toMatch(/create table/);
  });
});

describe('is the same text on every dialect', () => {
  test.each(names)('%s', name => {
    const [one, other] = DIALECTS.map(dialect => frozen.get(keyOf({ name, dialect })));
    expect(one).toHaveProperty('text', other && 'text' in other ? other.text : undefined);
  });
});

test('all of it compiles in strict TypeScript', async () => {
  expect(await workspace.complaints()).toBe('');
});

describe('what no version can keep is refused, with what to do', () => {
  test.each(Object.entries(REFUSED))('%s', async (_name, { make, says }) => {
    for (const dialect of DIALECTS) {
      const source = await declaredEntities(offline(dialect, make()));
      expect(() => versionSource(source, 1)).toThrow(says);
    }
  });
});
