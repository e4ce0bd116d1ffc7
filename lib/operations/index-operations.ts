import { OperationError } from '../errors.ts';
import type { IndexDef } from '@mikro-orm/sql';
import { storedName } from '../models/stored-names.ts';
import { change, findTable, readTable } from './table/open-table.ts';
import type { OperationContext } from './context.ts';
import { assertUnique } from './table/assess-rows.ts';
import { showName } from '../dialects/table-names.ts';
import { dropIndexChange, findLiveIndex } from './table/live-indexes.ts';
import { strangeIndex, strangeIndexError } from './table/strangers.ts';
import { columnNames, editContext, partsOfTable, propertyOf, wantedOf, type Wanted } from './table/wanted.ts';

/** An index by its name, or by the properties it is over, in order. */
type IndexLike = string | readonly string[];

/**
 * Creates an index as the entity declares it; by properties, also one that it does not declare. If rows break a unique
 * index, the error shows the first equal values. If the index exists already, nothing happens.
 */
export async function addIndex(context: OperationContext, entity: object, index: IndexLike): Promise<void> {
  const wanted = wantedOf(context, entity);
  const def = findIndex(context, wanted, index) ?? plainIndex(context, wanted, index);
  const live = await readTable(context, wanted);
  const there = findLiveIndex(live, def);
  if (there) {
    const difference = await context.editor.indexDifference(editContext(context, wanted), live, there, def);
    if (difference === undefined) return;
    throw new OperationError(
      `the index ${def.keyName} of ${showName(live)} already exists, but differs: ${difference}. Drop it first: dropIndex().`,
      {
        guid: context.guid,
        table: showName(live),
      },
    );
  }
  if (def.unique && !def.expression) await assertUnique(context, live, def.columnNames, def.where);
  await change(context, wanted, [{ kind: 'add index', index: def }]);
}

/** Drops an index. If it does not exist, nothing happens, unless an undeclared index over the same columns has another name: that is an error. */
export async function dropIndex(context: OperationContext, entity: object, index: IndexLike): Promise<void> {
  const wanted = wantedOf(context, entity);
  const name = nameOf(context, wanted, index);
  const live = await findTable(context, wanted);
  if (!live) return;
  if (live.indexes.some(there => there.name === name)) return change(context, wanted, [{ kind: 'drop index', name }]);
  const declared = findIndex(context, wanted, index);
  const def = declared ?? (typeof index === 'string' ? undefined : plainIndex(context, wanted, index));
  if (!def) return;
  const drops = dropIndexChange(live, def);
  if (drops.length > 0) return change(context, wanted, drops);
  const stranger = strangeIndex(live, def, [partsOfTable(wanted)]);
  if (stranger) throw strangeIndexError(context, wanted, live, { sought: name, found: stranger.name });
}

/** Tells whether an index exists: by its name, or as a unique constraint without a name. */
export async function hasIndex(context: OperationContext, entity: object, index: IndexLike): Promise<boolean> {
  const wanted = wantedOf(context, entity);
  const live = await findTable(context, wanted);
  const def = findIndex(context, wanted, index);
  if (live && def && findLiveIndex(live, def)) return true;
  return live?.indexes.some(there => there.name === nameOf(context, wanted, index)) ?? false;
}

function nameOf(context: OperationContext, wanted: Wanted, index: IndexLike): string {
  if (typeof index === 'string') return storedName(wanted.em.getPlatform(), index);
  return (findIndex(context, wanted, index) ?? plainIndex(context, wanted, index)).keyName;
}

function findIndex(context: OperationContext, wanted: Wanted, index: IndexLike): IndexDef | undefined {
  const declared = wanted.table.getIndexes().filter(candidate => !candidate.primary);
  if (typeof index === 'string')
    return declared.find(candidate => candidate.keyName === nameOf(context, wanted, index));
  const columns = columnsOf(context, wanted, index);
  return declared.find(candidate => candidate.columnNames.join() === columns.join());
}

function plainIndex(context: OperationContext, wanted: Wanted, index: IndexLike): IndexDef {
  const { em, meta } = wanted;
  if (typeof index === 'string') {
    const known = wanted.table
      .getIndexes()
      .map(candidate => candidate.keyName)
      .join(', ');
    throw new OperationError(
      `${meta.className} declares no index ${index}. Its indexes are ${known}. For another index, pass its properties.`,
      {
        guid: context.guid,
        table: showName(wanted.name),
      },
    );
  }
  const columns = columnsOf(context, wanted, index);
  const platform = em.getPlatform();
  const keyName = storedName(platform, platform.getIndexName(wanted.name.name, columns, 'index'));
  return {
    keyName,
    columnNames: columns,
    unique: false,
    constraint: false,
    primary: false,
    composite: columns.length > 1,
  };
}

function columnsOf(context: OperationContext, wanted: Wanted, properties: readonly string[]): string[] {
  return properties.flatMap(property => columnNames(propertyOf(context, wanted, property)));
}
