import { OperationError } from '../../errors.ts';
import { fillSql, type Fill } from './values.ts';
import { columnChanges } from './alter-property.ts';
import { addMissingIndexes, change, needsFill, readTable } from './table.ts';
import type { Change, LiveTable } from './changes.ts';
import { missingConstraints, obsoleteConstraints, withoutDropped } from './constraints.ts';
import type { OperationContext } from './context.ts';
import { assertNoRows } from './data-problems.ts';
import { dropChanges } from './drop-property.ts';
import { showName } from './names.ts';
import { renameChanges } from './rename-property.ts';
import { partsOf, propertyOf, wantedOf, type Wanted } from './wanted.ts';

export interface AlterStorageOptions {
  /** The properties that have another name now: `{ species: 'family' }`. Whatever is not named here is never guessed. */
  readonly renamed?: Readonly<Record<string, string>> | undefined;
  /** What rows get in new properties, and where nulls are no longer allowed: values, or SQL made with `raw()`. */
  readonly fill?: Readonly<Record<string, Fill>> | undefined;
}

/**
 * Makes a table what an entity says it is, all at once: SQLite rebuilds it once at the most. Properties that went are
 * dropped, new ones added, others altered; renamed ones keep their values. What neither entity knows is left alone.
 */
export async function alterStorage(
  context: OperationContext,
  before: object,
  after: object,
  { renamed = {}, fill = {} }: AlterStorageOptions = {},
): Promise<void> {
  const old = wantedOf(context, before);
  const wanted = wantedOf(context, after);
  if (old.name.name !== wanted.name.name) {
    throw new OperationError(`${showName(old.name)} has become ${showName(wanted.name)}: call renameStorage() first`, {
      guid: context.guid,
      table: showName(old.name),
    });
  }
  const live = await readTable(context, wanted);
  const was = storedProperties(old);
  const is = storedProperties(wanted);
  const kept = is.filter(name => was.includes(name));
  const gone = was.filter(name => !is.includes(name) && !(name in renamed));
  const added = is.filter(name => !was.includes(name) && !Object.values(renamed).includes(name));
  const fillOf = (name: string) => {
    if (!(name in fill)) return undefined;
    const sql = fillSql(wanted.em, propertyOf(context, wanted, name), fill[name]);
    if (sql) return sql;
    throw new OperationError(
      `fill.${name} is a function, and alterStorage() fills with SQL: use addProperty(), or fill() afterwards`,
      {
        guid: context.guid,
        table: showName(live),
      },
    );
  };

  // what is no longer declared goes first, under the names it knows; what is declared anew comes last
  const changes: Change[] = obsoleteConstraints(live, declared(old), declared(wanted));
  for (const [from, to] of Object.entries(renamed)) {
    const rest = withoutDropped(live, changes);
    changes.push(...renameChanges(context, rest, partsOf(context, old, from), partsOf(context, wanted, to)));
  }
  for (const name of gone) changes.push(...dropChanges(withoutDropped(live, changes), partsOf(context, old, name)));
  for (const name of added) {
    const filled = fillOf(name);
    for (const column of partsOf(context, wanted, name).columns) {
      if (live.columns.some(there => there.name === column.name)) continue;
      if (needsFill(column) && !filled) await assertNoRows(context, live, column.name);
      changes.push({ kind: 'add column', column, fill: filled?.get(column.name) });
    }
  }
  const alter = async (table: LiveTable, name: string) =>
    columnChanges(context, wanted, table, partsOf(context, wanted, name).columns, {
      same: fillOf(name),
      using: undefined,
    });
  for (const name of kept) changes.push(...(await alter(live, name)));
  const key = wanted.table.getPrimaryKey()?.columnNames ?? [];
  if (key.length > 0 && key.join() !== live.primaryKey.join()) changes.push({ kind: 'set primary key', columns: key });
  changes.push(...missingConstraints(withoutDropped(live, changes), declared(wanted)));
  await change(context, wanted, changes.filter(isFirst));

  // what was renamed is looked at under its new name
  const altered = await readTable(context, wanted);
  for (const name of Object.values(renamed)) await change(context, wanted, await alter(altered, name));
  await addMissingIndexes(context, wanted, altered, {
    indexes: wanted.table.getIndexes().filter(index => !index.primary),
  });
}

/** Everything a table declares beside its columns. */
function declared({ table }: Wanted) {
  const foreignKeys = Object.values(table.getForeignKeys());
  return { checks: table.getChecks(), indexes: table.getIndexes(), foreignKeys };
}

/** A rename may have dropped and added already what is declared under another name. */
function isFirst(one: Change, index: number, all: readonly Change[]): boolean {
  return all.findIndex(other => keyOf(other) === keyOf(one)) === index;
}

function keyOf(one: Change): string {
  if (one.kind === 'add check') return `${one.kind} ${one.check.name}`;
  if (one.kind === 'add index') return `${one.kind} ${one.index.keyName}`;
  return JSON.stringify(one);
}

/** The properties with columns in the entity's own table. */
function storedProperties({ meta, table }: Wanted): string[] {
  const columns = table.getColumns().map(column => column.name);
  return meta.root.props
    .filter(
      prop =>
        !prop.embedded && (prop.fieldNames?.some(name => columns.includes(name)) || prop.embeddedProps !== undefined),
    )
    .filter(prop => prop.persist !== false)
    .map(prop => prop.name);
}
