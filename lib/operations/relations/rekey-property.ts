import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import type { Column, SqlEntityManager } from '@mikro-orm/sql';
import type { Change, LiveTable } from '../../dialects/table-changes.ts';
import { showName, sqlName } from '../../dialects/table-names.ts';
import { OperationError } from '../../errors.ts';
import type { OperationContext } from '../context.ts';
import { countRows } from '../table/assess-rows.ts';
import { dropChanges } from '../table/derive-changes.ts';
import { change, readTable } from '../table/open-table.ts';
import { partsOf, propertyOf, wantedOf, wantedTable, type Wanted } from '../table/wanted.ts';

/** The columns of a relation, and those of its target that they hold, in order. */
interface Reference {
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  readonly target: EntityMetadata;
}

/**
 * Gives a relation the new key of the rows it points to: each row's target is found by the key it had. Of a many-to-many, the
 * table between both sides gets it. The target has both keys meanwhile. The foreign key is dropped, and comes back by
 * alterProperty() when the target has its new key.
 *
 * @throws {@link OperationError} if rows have a missing parent
 */
export async function rekeyProperty(
  context: OperationContext,
  before: object,
  from: string,
  after: object,
  to: string,
): Promise<void> {
  const [old, wanted] = [wantedOf(context, before), wantedOf(context, after)];
  const { pivot } = partsOf(context, wanted, to);
  const was = referencesOf(old.em, propertyOf(context, old, from));
  const is = referencesOf(wanted.em, propertyOf(context, wanted, to));
  for (const [index, now] of is.entries()) {
    const one = was[index];
    if (one && one.referenced.join() !== now.referenced.join()) {
      await rekey(context, pivot ?? wanted, one, now, pivot !== undefined);
    }
  }
}

function referencesOf(em: SqlEntityManager, prop: EntityProperty): Reference[] {
  const relations = prop.pivotTable ? (em.getMetadata().find(prop.pivotEntity)?.relations ?? []) : [prop];
  const sides = prop.pivotTable ? [prop.joinColumns, prop.inverseJoinColumns] : [prop.fieldNames];
  return sides.flatMap(columns => {
    const relation = relations.find(one => one.targetMeta && one.fieldNames.join() === columns.join());
    return relation?.targetMeta
      ? [{ columns, referenced: relation.referencedColumnNames, target: relation.targetMeta }]
      : [];
  });
}

async function rekey(
  context: OperationContext,
  wanted: Wanted,
  old: Reference,
  now: Reference,
  isPivot: boolean,
): Promise<void> {
  const isKept = (column: string, referenced = '') => {
    const index = old.columns.indexOf(column);
    return index >= 0 && old.referenced[index] === referenced;
  };
  const added = now.columns.filter((column, index) => !isKept(column, now.referenced[index]));
  const live = await readTable(context, wanted);
  // The old values stand aside where the new ones have the same column.
  const aside = new Map(old.columns.filter(name => added.includes(name)).map(name => [name, `${name}_before`]));
  await change(context, wanted, [
    ...live.foreignKeys
      .filter(key => key.columns.join() === old.columns.join())
      .map(key => ({ kind: 'drop foreign key', columns: key.columns }) as const),
    ...[...aside].map(([name, other]) => ({ kind: 'rename column', from: name, to: other }) as const),
  ]);

  const moved: Reference = { ...old, columns: old.columns.map(name => aside.get(name) ?? name) };
  const columns = added.flatMap(name => wanted.table.getColumn(name) ?? []);
  await change(
    context,
    wanted,
    columns.map(column => ({ kind: 'add column', ...lookedUp(context, wanted, live, column, moved, now) }) as const),
  );
  if (added.length > 0) await assertFound(context, live, moved, added);
  const gone = moved.columns.filter(name => !wanted.table.getColumn(name));
  await change(context, wanted, finish(await readTable(context, wanted), wanted, columns, gone, isPivot));
}

/** A new column, and SQL that finds its values. */
function lookedUp(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  column: Column,
  old: Reference,
  now: Reference,
): { column: Column; fill: string } {
  const { quoteName } = context.dialect;
  const target = sqlName(context.dialect, wantedTable(context, wanted.em, now.target).name);
  const refers = old.columns
    .map((name, index) => `t.${quoteName(old.referenced[index] ?? '')} = ${quoteName(live.name)}.${quoteName(name)}`)
    .join(' and ');
  const key = quoteName(now.referenced[now.columns.indexOf(column.name)] ?? '');
  const { default: _default, ...bare } = column;
  return { column: { ...bare, nullable: true }, fill: `(select t.${key} from ${target} as t where ${refers})` };
}

async function assertFound(context: OperationContext, live: LiveTable, old: Reference, added: readonly string[]) {
  const { quoteName } = context.dialect;
  const pointing = old.columns.map(name => `${quoteName(name)} is not null`).join(' and ');
  const missing = added.map(name => `${quoteName(name)} is null`).join(' or ');
  const rows = await countRows(context, live, `${pointing} and (${missing})`);
  if (rows === 0) return;
  throw new OperationError(
    `${showName(live)} (${old.columns.join(', ')}) cannot get another key: ${rows} ${rows === 1 ? 'row has' : 'rows have'} a missing parent. Change or delete those rows first.`,
    { guid: context.guid, table: showName(live), rows },
  );
}

/** The strict parts come last, and the old columns go. Those in the key go with it, when the whole table is altered. */
function finish(
  live: LiveTable,
  { table }: Wanted,
  columns: readonly Column[],
  gone: readonly string[],
  isPivot: boolean,
): Change[] {
  const key = table.getPrimaryKey()?.columnNames ?? [];
  const isRekeyed = isPivot && key.join() !== live.primaryKey.join();
  const going = gone.filter(name => isRekeyed || !live.primaryKey.includes(name)).map(name => ({ name }) as Column);
  return [
    ...columns
      .filter(column => !column.nullable)
      .map(column => ({ kind: 'alter column', name: column.name, column }) as const),
    ...(isRekeyed ? [{ kind: 'set primary key', columns: key } as const] : []),
    ...dropChanges(live, { columns: going, checks: [] }),
  ];
}
