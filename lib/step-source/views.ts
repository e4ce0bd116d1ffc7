import type { EntityDescription } from '../models/description.ts';
import type { Resolution } from '../changes/resolve-answers.ts';
import type { EntityChange } from '../changes/storage-changes.ts';

/** Tells whether an entity is a view. */
export function isView({ view }: EntityDescription): boolean {
  return view !== undefined;
}

/**
 * The views that come or go, that select something else, or that stand on what changes: those to be dropped before
 * anything is done, those that read others first, and those to be created afterwards, those that are read first.
 */
export function viewsInTheWay({ changes, before, after }: Pick<Resolution, 'changes' | 'before' | 'after'>) {
  const { created, dropped, altered } = changes;
  const old = before.entities.filter(isView);
  const touched = altered.filter(isTouched).map(change => change.before.table);
  const inTheWay = new Set(
    old.filter(view => dropped.includes(view) || altered.some(change => change.before === view)),
  );
  const isOnIt = (view: EntityDescription) =>
    !inTheWay.has(view) && mentions(view, [...touched, ...[...inTheWay].map(({ table }) => table)]);
  for (let more = old.filter(isOnIt); more.length > 0; more = old.filter(isOnIt))
    for (const view of more) inTheWay.add(view);

  const newName = (view: EntityDescription) => altered.find(change => change.before === view)?.after.name ?? view.name;
  const back = new Set([...inTheWay].filter(view => !dropped.includes(view)).map(newName));
  return {
    before: readFirst([...inTheWay]).toReversed(),
    after: readFirst(after.entities.filter(view => back.has(view.name) || (isView(view) && created.includes(view)))),
  };
}

function isTouched({ properties: { dropped, altered } }: EntityChange): boolean {
  return dropped.length + altered.length > 0;
}

/** Views that others read come before those. */
function readFirst(views: readonly EntityDescription[]): EntityDescription[] {
  const ordered = new Set<EntityDescription>();
  const add = (view: EntityDescription): void => {
    for (const other of views) if (other !== view && !ordered.has(other) && mentions(view, [other.table])) add(other);
    ordered.add(view);
  };
  for (const view of views) add(view);
  return [...ordered];
}

function mentions({ view }: EntityDescription, tables: readonly string[]): boolean {
  const words = new Set(view?.expression.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
  return tables.some(table => words.has(table));
}
