import type { SchemaHelper } from '@mikro-orm/sql';
import type { LiveRelation, LiveStorage } from '../dialects/live-storage.ts';
import type { LiveTable, TableName } from '../dialects/table-changes.ts';
import type { Editor, Likeness } from '../dialects/table-editor.ts';
import type { HeldConnection } from '../store/connection.ts';
import type { TablePair } from './compare-storage.ts';
import type { WantedPart } from './wanted-storage.ts';

interface PairContext {
  readonly held: Pick<HeldConnection, 'execute' | 'executeBatch'>;
  readonly editor: Editor;
  readonly strict?: boolean | undefined;
}

/** Relations by their names in lower case: those that are one to any dialect are among those that are one here. */
const byName = new WeakMap<LiveStorage, ReadonlyMap<string, readonly LiveRelation[]>>();

/** Finds a table or view where its name leads. */
export function findRelation(
  storage: LiveStorage,
  { name, namespace }: TableName,
  { sameName }: Pick<Likeness, 'sameName'>,
): LiveRelation | undefined {
  const known = byName.get(storage) ?? Map.groupBy(storage.relations, relation => relation.name.toLowerCase());
  byName.set(storage, known);
  return known
    .get(name.toLowerCase())
    ?.find(
      relation =>
        sameName(relation.name, name) &&
        (namespace === undefined ? relation.visible : relation.namespace === namespace),
    );
}

/** A name as written, in the namespace of another. */
export function nameFrom(shown: string, { namespace }: TableName): TableName {
  const prefix = namespace === undefined ? '' : `${namespace}.`;
  return { name: shown.startsWith(prefix) ? shown.slice(prefix.length) : shown, namespace };
}

/**
 * Pairs each wanted table with the existing one, both in the words of the database. A table that is plainly as wanted
 * is left out.
 */
export async function readPairs(
  { held, editor, strict }: PairContext,
  storage: LiveStorage,
  { helper }: { readonly helper: SchemaHelper },
  parts: Iterable<WantedPart>,
): Promise<TablePair[]> {
  const looked = [...parts].flatMap(part => {
    const relation = findRelation(storage, part.name, editor.likeness);
    if (relation && editor.isPlainlyAsWanted?.(helper, part, relation)) return [];
    return [{ part, ...describePart(relation, part) }];
  });
  const readable = looked.filter(({ unreadable }) => unreadable === undefined);
  const goals = await editor.goalStorage(
    {
      sql: { execute: (sql, params) => held.execute(sql, params) },
      batch: statements => held.executeBatch(statements),
      helper,
      enums: storage.enums,
      strict,
    },
    readable.map(({ part, live }) => ({ ...part, live })),
  );
  return [
    ...readable.map(({ live }, index): TablePair => ({ live, goal: goals[index] })),
    ...looked.flatMap(({ part, unreadable }): TablePair[] =>
      unreadable === undefined
        ? []
        : [{ live: undefined, goal: undefined, unreadable: { ...part.name, reason: unreadable } }],
    ),
  ];
}

interface LookedAt {
  readonly live: LiveTable | undefined;
  /** Why its definition cannot be taken apart. */
  readonly unreadable?: string;
}

function describePart(relation: LiveRelation | undefined, { name }: WantedPart): LookedAt {
  try {
    return { live: relation?.describe(name) };
  } catch (error) {
    const reason: unknown = Reflect.get(error as object, 'reason');
    if (typeof reason !== 'string') throw error;
    return { live: undefined, unreadable: reason };
  }
}
