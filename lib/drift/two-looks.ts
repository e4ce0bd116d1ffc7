import type { Difference } from '../difference.ts';
import type { LiveStorage } from '../dialects/live-storage.ts';
import type { Editor, Likeness } from '../dialects/table-editor.ts';
import type { HeldConnection } from '../store/connection.ts';
import { BOOKKEEPING } from '../store/tables.ts';
import { compareStorage, type TablePair } from './compare-storage.ts';
import { showName } from '../dialects/table-names.ts';
import { findRelation, nameFrom, readPairs } from './pairs.ts';
import { followRenames, type Rename, type Renamed } from './renames.ts';
import { isKept } from './same-difference.ts';
import { findVanished } from './vanished.ts';
import { isSameWish, wantedStorage, type FrozenModels, type WantedPart, type WantedStorage } from './wanted-storage.ts';

/** What it takes to look at a whole storage, inside a transaction of ours. */
export interface DriftContext {
  readonly guid: string;
  /** Used unwatched. */
  readonly held: Pick<HeldConnection, 'execute' | 'executeBatch'>;
  readonly editor: Editor;
  readonly namespace: string | undefined;
  /** Whether it is an error that this role may not have the server spell expressions and types. Default: false. */
  readonly strict?: boolean | undefined;
}

/** A storage as it was when it was looked at. */
export interface Before {
  /** To the version it was compared with; none where that is not known. */
  readonly differences: readonly Difference[];
  readonly live: LiveStorage;
  readonly wanted: WantedStorage | undefined;
}

/** What was done between two looks. */
export interface Done {
  /** In the order in which they happened. */
  readonly renames: readonly Rename[];
  /**
   * Whether an operation, or SQL of the step itself, names it: the name of an index, trigger, view, policy, check, column
   * or table, the role of a grant, or the words `comment` and `row level security`.
   */
  named(name: string): boolean;
}

/** What a second look found. */
interface LookedAgain {
  /** What was made different, or is gone although nothing named it. */
  readonly made: readonly Difference[];
  /** What was different before and still is. */
  readonly kept: readonly Difference[];
  /** What the next look starts from. */
  readonly after: Before;
}

/** Records the storage, and its differences to the given version. Needs a transaction. */
export async function takeDown(context: DriftContext, from: FrozenModels | undefined): Promise<Before> {
  const wanted = from && wantedStorage(from, context.namespace);
  const live = await readLive(context, wanted?.namespaces ?? [context.namespace]);
  if (!wanted) return { live, wanted, differences: [] };
  const pairs = await readPairs(context, live, wanted, wanted.parts.values());
  return { live, wanted, differences: compareStorage(pairs, context.editor.likeness) };
}

/**
 * Looks at what steps left behind. In full only at tables that are not as they were, or not wanted as they were: what it
 * costs grows with the tables, never with rows.
 */
export async function lookAgain(
  context: DriftContext,
  before: Before,
  to: FrozenModels,
  done: Done,
): Promise<LookedAgain> {
  const { likeness } = context.editor;
  const wanted = wantedStorage(to, context.namespace);
  const namespaces = new Set([...(before.wanted?.namespaces ?? []), ...wanted.namespaces]);
  const live = await readLive(context, [...namespaces]);
  const there = new Set(live.relations.flatMap(({ name, namespace }) => [name, showName({ name, namespace })]));
  const renaming = followRenames(done.renames, table => there.has(table));
  const changed = changedParts(before, { live, wanted }, { renaming, likeness });
  const pairs = await readPairs(context, live, wanted, before.wanted ? changed : wanted.parts.values());
  const left = leftovers(before, { live, wanted }, { renaming, likeness });
  const found = [...compareStorage([...pairs, ...left], likeness), ...carriedOver(before, { wanted, changed })];
  const wasThere = before.wanted
    ? (difference: Difference) => isKept(before.differences, difference, renaming)
    : untouched(changed);
  const made = found.filter(difference => !wasThere(difference));
  const kept = found.filter(difference => wasThere(difference));
  const vanished = findVanished(before, live, { renaming, wanted, likeness, named: name => done.named(name) });
  return { made: [...made, ...vanished], kept, after: { live, wanted, differences: found } };
}

/**
 * All differences to a version. It needs a transaction.
 *
 * @param options.others opens the other versions, whose tables are ours as well: left over, where this one does not want
 * them. Not asked where nothing could be.
 */
export async function differencesTo(
  context: DriftContext,
  version: FrozenModels,
  { others }: { readonly others?: () => Promise<readonly FrozenModels[]> } = {},
): Promise<Difference[]> {
  const { likeness } = context.editor;
  const wanted = wantedStorage(version, context.namespace);
  const live = await readLive(context, wanted.namespaces);
  const pairs = await readPairs(context, live, wanted, wanted.parts.values());
  const ours = [...wanted.parts.values()].map(({ name }) => findRelation(live, name, likeness));
  const strange = live.relations.filter(({ name }) => !BOOKKEEPING.includes(name));
  const isAlone = strange.every(relation => ours.includes(relation));
  const known = isAlone || !others ? [] : (await others()).map(models => wantedStorage(models, context.namespace));
  const gone = new Map(known.flatMap(({ parts }) => [...parts]).filter(([name]) => !wanted.parts.has(name)));
  const left = [...gone.values()].flatMap(({ name }): TablePair[] => {
    const relation = findRelation(live, name, likeness);
    return relation && !ours.includes(relation) ? [{ live: relation.describe(name), goal: undefined }] : [];
  });
  return compareStorage([...pairs, ...left], likeness);
}

function readLive({ held, editor }: DriftContext, namespaces: readonly (string | undefined)[]): Promise<LiveStorage> {
  return editor.readStorage({ execute: (sql, params) => held.execute(sql, params) }, namespaces);
}

interface After {
  readonly live: LiveStorage;
  readonly wanted: WantedStorage;
}

/** How a storage before is compared with one after. */
interface Across {
  readonly renaming: Renamed;
  readonly likeness: Likeness;
}

/** The parts that changed, or that are now wanted otherwise. */
function changedParts(before: Before, { live, wanted }: After, { renaming, likeness }: Across): WantedPart[] {
  const was = new Map<string, WantedPart>();
  for (const [name, part] of before.wanted?.parts ?? []) was.set(renaming.tableNow(name), part);
  return [...wanted.parts].flatMap(([name, part]) => {
    const old = was.get(name);
    const readings = [
      findRelation(before.live, old?.name ?? part.name, likeness)?.reading,
      findRelation(live, part.name, likeness)?.reading,
    ];
    const isWantedSo = before.wanted === undefined || (old !== undefined && isSameWish(old, part));
    return readings[0] === readings[1] && isWantedSo ? [] : [part];
  });
}

/** What the version before wanted and this one does not, and is there. */
function leftovers(before: Before, { live, wanted }: After, { renaming, likeness }: Across): TablePair[] {
  const old = [...(before.wanted?.parts ?? [])].map(([name, part]) => [renaming.tableNow(name), part] as const);
  return old.flatMap(([now, { name }]): TablePair[] => {
    const relation = wanted.parts.has(now) ? undefined : findRelation(live, nameFrom(now, name), likeness);
    return relation ? [{ live: relation.describe(nameFrom(now, name)), goal: undefined }] : [];
  });
}

/** The differences of tables that are as they were. */
function carriedOver(before: Before, { wanted, changed }: { wanted: WantedStorage; changed: readonly WantedPart[] }) {
  const looked = new Set(changed.map(({ name }) => showName(name)));
  return before.differences.filter(({ path: [table = ''] }) => wanted.parts.has(table) && !looked.has(table));
}

/** Where the version before is not known, what was not touched is as it was. */
function untouched(changed: readonly WantedPart[]): (difference: Difference) => boolean {
  const touched = new Set(changed.map(({ name }) => showName(name)));
  return ({ path: [table = ''] }) => !touched.has(table);
}
