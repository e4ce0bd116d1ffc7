import type { IndexDef } from '@mikro-orm/sql';
import type { Change, LiveIndex, LiveTable } from '../../dialects/table-changes.ts';

/** Finds a declared index among those that are there: by its name, or, where a unique was given none, by its columns. */
export function findLiveIndex(live: LiveTable, index: IndexDef): LiveIndex | undefined {
  const unnamed = (there: LiveIndex) => there.name === '' && isLike(there, index);
  return live.indexes.find(there => there.name === index.keyName) ?? live.indexes.find(unnamed);
}

/** The change that drops an index, as far as it is there. */
export function dropIndexChange(live: LiveTable, index: IndexDef): Change[] {
  const there = findLiveIndex(live, index);
  if (!there) return [];
  return [{ kind: 'drop index', name: there.name, ...(there.name === '' && { columns: there.columns }) }];
}

/** Whether an index is over the same columns, and as unique; of expressions that is not known. */
export function isLike(there: LiveIndex, { columnNames, unique, where, expression }: IndexDef): boolean {
  const isPartial = /\bwhere\b/i.test(there.definition);
  return (
    expression === undefined &&
    there.columns.length > 0 &&
    there.unique === unique &&
    there.columns.join() === columnNames.join() &&
    isPartial === (where !== undefined)
  );
}
