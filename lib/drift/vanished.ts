import type { LiveStorage } from '../dialects/live-storage.ts';
import type { LiveTable, TableName } from '../dialects/table-changes.ts';
import type { Likeness } from '../dialects/table-editor.ts';
import { showName } from '../dialects/table-names.ts';
import type { Difference } from '../difference.ts';
import { findRelation, nameFrom } from './pairs.ts';
import { mentions, type Renamed } from './renames.ts';
import { meaningOf } from './same-difference.ts';
import type { WantedStorage } from './wanted-storage.ts';

interface Losing {
  readonly renaming: Renamed;
  /** What the version reached wants. */
  readonly wanted: WantedStorage;
  readonly likeness: Likeness;
  readonly named: (name: string) => boolean;
}

/** A storage as it was, and the version it was compared with. */
interface Past {
  readonly live: LiveStorage;
  readonly wanted: WantedStorage | undefined;
  readonly differences: readonly Difference[];
}

/**
 * Finds undeclared parts that existed before and are gone although their table and columns are not, and nothing
 * that was done named it: a stranger's index or check, a grant, a policy, a comment, a view.
 */
export function findVanished(before: Past, after: LiveStorage, losing: Losing): Difference[] {
  return [...lostRelations(before, after, losing), ...lostParts(before, after, losing)];
}

/** Views and tables of others. */
function lostRelations(before: Past, after: LiveStorage, { likeness, renaming, named }: Losing): Difference[] {
  const ours = [...(before.wanted?.parts.values() ?? [])].map(({ name }) => findRelation(before.live, name, likeness));
  const names = new Set(after.relations.map(fullName));
  return before.live.relations
    .filter(relation => !ours.includes(relation) && !names.has(fullName(relation)))
    .filter(({ name }) => !named(name) && renaming.tableNow(name) === name)
    .map(relation => lost([showShort(relation)], relation.describe(relation)));
}

function fullName({ name, namespace }: TableName): string {
  return JSON.stringify([namespace, name]);
}

function showShort({ name, namespace, visible }: TableName & { readonly visible: boolean }): string {
  return showName({ name, namespace: visible ? undefined : namespace });
}

function lostParts(before: Past, after: LiveStorage, losing: Losing): Difference[] {
  const { renaming, likeness } = losing;
  return [...(before.wanted?.parts ?? [])].flatMap(([oldName, { name }]) => {
    const now = renaming.tableNow(oldName);
    const there = losing.wanted.parts.get(now)?.name ?? nameFrom(now, name);
    const [was, is] = [findRelation(before.live, name, likeness), findRelation(after, there, likeness)];
    if (!was || !is || was.reading === is.reading) return [];
    try {
      return lostOf(oldName, was.describe(name), is.describe(there), { before, losing });
    } catch {
      // An unreadable part was reported as a difference already
      return [];
    }
  });
}

interface Part {
  readonly kind: string;
  readonly name: string;
  /** What names it, where it is dropped on purpose. */
  readonly called: string;
  readonly said: unknown;
}

function lostOf(
  oldName: string,
  was: LiveTable,
  is: LiveTable,
  { before, losing }: { before: Past; losing: Losing },
): Difference[] {
  const { renaming, likeness, named } = losing;
  const now = renaming.tableNow(oldName);
  const strange = strangers(before.differences, oldName);
  const gone = renaming
    .saidNow(oldName, was.columns)
    .map(({ name }) => name)
    .filter(column => !is.columns.some(({ name }) => likeness.sameName(name, column)));
  const left = new Map(partsOf(is).map(part => [keyOf(part), part]));
  const isGone = ({ kind, said }: Part) => kind !== 'column' && gone.some(column => mentions(said, column));
  return partsOf(was)
    .filter(part => !WANTED.has(part.kind) || strange.has(keyOf(part)))
    .map(part => partNow(part, text => renaming.saidNow(oldName, text)))
    .filter(part => !named(part.called) && !isGone(part))
    .flatMap(part => {
      const path = [now, part.kind, ...(part.name === '' ? [] : [part.name])];
      return changeOf(path, part, left.get(keyOf(part)), text => renaming.saidNow(oldName, text));
    });
}

function partNow(part: Part, saidNow: <T>(said: T) => T): Part {
  const isOfColumns = COLUMNS.has(part.kind) || part.called === '';
  return { ...part, name: isOfColumns ? saidNow(part.name) : part.name, said: saidNow(part.said) };
}

/** Parts named by columns. */
const COLUMNS = new Set(['column', 'comment']);

/** That it is gone, or another. Parts that an entity can declare are compared separately. */
function changeOf(
  path: readonly string[],
  was: Part,
  is: Part | undefined,
  saidNow: (said: unknown) => unknown,
): Difference[] {
  if (!is) return [lost(path, was.said)];
  // A text inside SQL, or a comment, keeps its words where names of columns do not.
  const meanings = [is.said, saidNow(is.said)].map(meaningOf);
  if (WANTED.has(was.kind) || meanings.includes(meaningOf(was.said))) return [];
  return [{ kind: 'different', path, live: is.said, wanted: was.said }];
}

/** What an entity can ask for: it goes when it no longer does, unless it never did. */
const WANTED = new Set(['column', 'index', 'check', 'trigger']);

/** What was there and not wanted: only that can be lost without being dropped by its entity. */
function strangers(differences: readonly Difference[], table: string): ReadonlySet<string> {
  return new Set(
    differences
      .filter(({ kind, path }) => kind === 'extra' && path[0] === table)
      .map(({ path }) => meaningOf(path.slice(1))),
  );
}

function keyOf({ kind, name }: Part): string {
  return meaningOf([kind, name]);
}

function partsOf(table: LiveTable): Part[] {
  const { columns, indexes, checks, triggers = [], extras = [], comment } = table;
  return [
    ...columns.map(column => ({ kind: 'column', name: column.name, called: column.name, said: column })),
    ...columns
      .filter(column => column.comment !== undefined)
      .map(column => ({ kind: 'comment', name: column.name, called: 'comment', said: [column.name, column.comment] })),
    ...indexes.map(index => ({
      kind: 'index',
      name: index.name || index.columns.join(', '),
      called: index.name,
      said: index,
    })),
    ...checks.map(({ column: _column, ...check }) => ({
      kind: 'check',
      name: check.name || check.expression,
      called: check.name,
      said: check,
    })),
    ...triggers.map(trigger => ({ kind: 'trigger', name: trigger.name, called: trigger.name, said: trigger })),
    ...extras.map(({ kind, name, definition }) => ({
      kind,
      name,
      called: kind === 'row security' ? 'row level security' : name,
      said: definition,
    })),
    ...(comment === undefined ? [] : [{ kind: 'comment', name: '', called: 'comment', said: comment }]),
  ];
}

function lost(path: readonly string[], live: unknown): Difference {
  return { kind: 'missing', path, live: undefined, wanted: live };
}
