import { transformSync } from '@swc/core';
import type { MikroORM } from '@mikro-orm/sql';
import { versionSource } from '../../lib/version-file/version-source.ts';
import { declaredEntities } from '../../lib/cli/project/draft-version.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { storageDifferences } from '../../lib/models/show-differences.ts';
import { inOneSpelling } from '../../lib/sql/expressions.ts';
import { isMeant, tokenize } from '../../lib/sql/tokens.ts';
import { offline, type Workspace } from '../changes/workspace.ts';
import type { Entities } from '../support/databases.ts';

export const DIALECTS = ['sqlite', 'postgresql'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** A set of entities as an application has it. */
export interface EntitySet {
  /** Makes the entities again with each call: no two ORMs may share them. */
  readonly make: () => Entities;
  /** Options of the ORM. */
  readonly orm?: object;
}

/** What freezing a set comes to on a dialect. */
export interface Frozen {
  /** The version file. */
  readonly text: string;
  /** In what the file differs from the entities, in sentences: nothing. */
  readonly differences: readonly string[];
  readonly fingerprints: readonly [live: string, frozen: string];
  /** The statements that create the storage of each. */
  readonly sql: readonly [live: readonly string[], frozen: readonly string[]];
}

/** Freezes a set as `dejavu init` does, imports what was written, and looks at both. */
export async function freeze(workspace: Workspace, folder: string, set: EntitySet, dialect: Dialect): Promise<Frozen> {
  const orm = offline(dialect, set.make(), set.orm);
  const live = describeEntities(orm);
  const text = versionSource(await declaredEntities(orm), 1);
  workspace.write(`${folder}/${dialect}.ts`, text);
  const module = await workspace.load(`${folder}/${dialect}.ts`);
  const name = { name: 'the file' };
  const frozen = describeModule(orm, module, name);
  const sides = ['the file', 'the entities'] as const;
  return {
    text,
    differences: storageDifferences(frozen, live, sides),
    fingerprints: [fingerprint(live), fingerprint(frozen)],
    sql: [
      await statements(offline(dialect, set.make(), set.orm)),
      await statements(offline(dialect, bindModule(module, name).all, set.orm)),
    ],
  };
}

/** The statements that create all storage of an ORM, each in one spelling, or why there are none. */
async function statements(orm: MikroORM): Promise<string[]> {
  try {
    const sql = await orm.schema.getCreateSchemaSQL({ wrap: false });
    return sql.split(/;\n+/).map(meaningOf).filter(Boolean).toSorted();
  } catch (error) {
    return [(error as Error).message];
  }
}

/** A statement without comments and white space, and what makes up a table in the order of the alphabet. */
function meaningOf(statement: string): string {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const { text } of tokenize(inOneSpelling(statement)).filter(isMeant)) {
    if (text === ')') depth -= 1;
    if (depth <= 1 && /^[(),]$/.test(text)) parts.push([]);
    parts.at(-1)?.push(text);
    if (text === '(') depth += 1;
  }
  const [head = '', ...rest] = parts.map(part => part.filter(text => text !== ',').join(' '));
  return [head, ...(head.startsWith('create table') ? rest.toSorted() : rest)].join('\n');
}

/** Loads a module in TypeScript with decorators: of the standard kind, or of the one before. */
export async function decorated(
  workspace: Workspace,
  path: string,
  source: string,
  kind: 'es' | 'legacy' = 'es',
): Promise<EntitySet> {
  const { code } = transformSync(source, {
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform:
        kind === 'es'
          ? { decoratorVersion: '2022-03' }
          : { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      target: 'es2022',
    },
    module: { type: 'es6' },
  });
  workspace.write(`${path}.js`, code);
  return workspace.load<{ make: () => Entities }>(`${path}.js`);
}
