import { quoteName } from '../../sql/quoting.ts';
import type { Change, TableName } from '../table-changes.ts';
import type { EditContext } from '../table-editor.ts';
import { addColumn } from './alter-table/add-column.ts';
import { alterColumn } from './alter-table/alter-column.ts';
import { isComputed } from './computed/computed-columns.ts';
import { openAlteration, type Alteration } from './alter-table/alteration.ts';
import {
  addCheck,
  addForeignKey,
  dropConstraint,
  dropForeignKey,
  setPrimaryKey,
} from './alter-table/table-constraints.ts';
import { assertMayGo } from './alter-table/needed-by.ts';
import { dropUnusedEnums, enumsOf } from './enums/ensure-enum.ts';
import { followNames } from './rename.ts';
import { addIndex, dropIndex, indexDifference } from './indexes.ts';
import { sameName } from './names.ts';

/** What has followed a renamed column so far. */
interface Followers {
  /** The new names by the old. */
  readonly names: Map<string, string>;
  /** The renamed indexes that already match an index to be added. */
  readonly indexes: Set<string>;
}

/** Carries out changes of one table, in the order given; those of columns that follow each other touch the rows once. */
export async function change(context: EditContext, table: TableName, changes: readonly Change[]): Promise<void> {
  const alteration = await openAlteration(context, table);
  const following: Followers = { names: new Map(), indexes: new Set() };
  const ordered = await computedFirst(alteration, changes);
  for (const [position, one] of ordered.entries()) {
    await carryOut(alteration, one, following, ordered.slice(position + 1));
  }
  await alteration.send();
}

/** Of columns that go, those that are computed go before those that they are computed from. */
async function computedFirst(alteration: Alteration, changes: readonly Change[]): Promise<readonly Change[]> {
  const drops = changes.filter(one => one.kind === 'drop column');
  if (drops.length < 2) return changes;
  const { columns } = await alteration.read();
  const isComputedOne = (name: string) => columns.some(column => sameName(column.name, name) && isComputed(column));
  const sorted = drops.toSorted((one, other) => Number(isComputedOne(other.name)) - Number(isComputedOne(one.name)));
  return changes.map(one => (one.kind === 'drop column' ? (sorted.shift() ?? one) : one));
}

async function carryOut(
  alteration: Alteration,
  one: Change,
  following: Followers,
  later: readonly Change[],
): Promise<void> {
  switch (one.kind) {
    case 'add column':
      return addColumn(alteration, one);
    case 'drop column':
      return dropColumn(alteration, one.name);
    case 'rename column':
      return renameColumn(alteration, one, following);
    case 'alter column':
      return alterColumn(alteration, one);
    case 'add index':
      return following.indexes.has(one.index.keyName) ? undefined : addIndex(alteration, one.index);
    case 'drop index':
      return dropOldIndex(alteration, one.name, following, later);
    case 'add check':
      return addCheck(alteration, one.check);
    case 'drop check':
      return dropConstraint(alteration, following.names.get(one.name) ?? one.name);
    case 'add foreign key':
      return addForeignKey(alteration, one.foreignKey);
    case 'drop foreign key':
      return dropForeignKey(alteration, one.columns);
    case 'set primary key':
      return setPrimaryKey(alteration, one.columns);
  }
}

/** Drops a column, with the indexes and constraints that are over it, and an enum that nothing else is made of. */
async function dropColumn(alteration: Alteration, column: string): Promise<void> {
  const { context, oid, name } = alteration;
  await assertMayGo(alteration, column);
  const enums = await enumsOf(context.sql, oid, column);
  await alteration.execute(`alter table ${name} drop column ${quoteName(column)}`);
  await dropUnusedEnums(context.sql, enums);
}

async function renameColumn(
  alteration: Alteration,
  column: { readonly from: string; readonly to: string },
  following: Followers,
): Promise<void> {
  const { context, asked, name } = alteration;
  await alteration.execute(`alter table ${name} rename column ${quoteName(column.from)} to ${quoteName(column.to)}`);
  const names = await followNames(context, alteration, { table: { from: asked.name, to: asked.name }, column });
  for (const [from, to] of names) {
    // What was named after several columns follows each of them.
    for (const [first, current] of following.names) if (current === from) following.names.set(first, to);
    following.names.set(from, to);
  }
}

/** An index that followed a renamed column may already match the index to be added, and needs no building. */
async function dropOldIndex(
  alteration: Alteration,
  old: string,
  following: Followers,
  later: readonly Change[],
): Promise<void> {
  const name = following.names.get(old) ?? old;
  const next = later.find(one => one.kind === 'add index' && one.index.keyName === name);
  if (name !== old && next?.kind === 'add index') {
    const table = await alteration.read();
    const live = table.indexes.find(index => index.name === name);
    if (live && (await indexDifference(alteration.context, table, live, next.index)) === undefined) {
      following.indexes.add(name);
      return;
    }
  }
  await dropIndex(alteration, name);
}
