import type { IndexDef } from '@mikro-orm/sql';
import type { Change } from '../table-changes.ts';
import { findConstraint } from './table-text/edit-constraints.ts';
import type { TableDefinition } from './table-text/table-definition.ts';

/** A change of the table's own definition. A unique constraint is an index that stands in it. */
export type TableChange = Exclude<Change, { kind: 'add index' }>;

/** Changes of one table, by when they are carried out. */
export interface SortedChanges {
  /** The names of indexes that go before anything else, so that nothing is in the way. */
  readonly dropped: readonly string[];
  readonly table: readonly TableChange[];
  /** Come last, over the columns as they are then. */
  readonly added: readonly IndexDef[];
}

export function sortChanges(definition: TableDefinition, changes: readonly Change[]): SortedChanges {
  const isConstraint = (name: string) => findConstraint(definition, { name })?.kind === 'unique';
  const isIndex = (change: Change) => change.kind === 'drop index' && !isConstraint(change.name);
  return {
    dropped: changes.flatMap(change => (change.kind === 'drop index' && isIndex(change) ? [change.name] : [])),
    table: changes.filter((change): change is TableChange => change.kind !== 'add index' && !isIndex(change)),
    added: changes.flatMap(change => (change.kind === 'add index' ? [change.index] : [])),
  };
}
