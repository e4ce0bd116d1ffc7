import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { postgresql, sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { SharedConnections } from '../../support/shared-connections.ts';
import { ModulesInMemory, type Modules } from '../modules-in-memory.ts';
import { Workspace } from '../workspace.ts';
import { anyChange } from './arbitrary.ts';
import { tryChange } from './try-change.ts';

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
  /** Of how many on each dialect TypeScript is asked about all that was written: it takes seconds. */
  readonly compiled: number;
}

/** Declares the tests. A failure says its seed and path; with `ANY_CHANGE_SHRINK` also the smallest change that fails. */
export function describeAnyChange({ runs, seed, compiled }: Trials): void {
  const workspace = compiled > 0 ? new Workspace() : undefined;
  const databases = new Map<string, TestDatabase>();
  const dialects = (['sqlite', 'postgresql'] as const).filter(dialect => (runs[dialect] ?? 0) > 0);
  beforeAll(async () => {
    for (const kind of [sqliteMemory, postgresql])
      if (dialects.includes(kind.dialect)) databases.set(kind.dialect, await kind.create({ pool: 2 }));
  });
  afterAll(async () => {
    workspace?.[Symbol.dispose]();
    for (const database of databases.values()) await database.drop();
  });

  test.each(dialects)(
    `any change, on %s, with the seed ${seed}`,
    async dialect => {
      const database = databases.get(dialect) as TestDatabase;
      await using connections = new SharedConnections(database);
      const ended = { upgraded: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(anyChange, fc.array(fc.nat(9), { minLength: 20, maxLength: 20 }), async (change, picks) => {
          const modules = new ModulesInMemory();
          const isCompiled = ended.upgraded + ended.refused < compiled;
          ended[await tryChange(change, picks, { dialect, database, connections, modules })] += 1;
          if (isCompiled && workspace) copyTo(workspace, modules, `${dialect}${ended.upgraded + ended.refused}`);
        }),
        { numRuns: runs[dialect] ?? 0, seed, endOnFailure: process.env['ANY_CHANGE_SHRINK'] === undefined },
      );
      // Most changes have to come through: a refusal shows little.
      expect(ended.upgraded).toBeGreaterThan(ended.refused);
    },
    3_600_000,
  );

  if (workspace)
    test('what was written compiles, in strict TypeScript', async () => {
      expect(await workspace.complaints()).toBe('');
    }, 600_000);
}

function copyTo(workspace: Modules, modules: ModulesInMemory, folder: string): void {
  for (const [name, text] of modules.texts) workspace.write(`${folder}/${name}`, text);
}
