import type { SqlEntityManager } from '@mikro-orm/sql';
import { OperationError } from '../../errors.ts';
import { change, findTable, readTable } from '../table/open-table.ts';
import type { OperationContext } from '../context.ts';
import { assertAsAsked } from '../table/as-asked.ts';
import { countRows } from '../table/assess-rows.ts';
import { showName } from '../../dialects/table-names.ts';
import { partsOf, partsOfTable, propertyOf, wantedOf } from '../table/wanted.ts';

/**
 * Adds the foreign key of a relation whose columns exist.
 *
 * @throws {@link OperationError} if rows have a missing parent
 */
export async function addForeignKey(context: OperationContext, entity: object, property: string): Promise<void> {
  const wanted = wantedOf(context, entity);
  const { foreignKeys } = partsOf(context, wanted, property);
  const { guid } = context;
  const { quoteName } = context.dialect;
  if (foreignKeys.length === 0)
    throw new OperationError(
      `${wanted.meta.className}.${property} declares no foreign key. Pass the owning side of a relation.`,
      { guid },
    );
  const live = await readTable(context, wanted);
  await assertAsAsked(context, wanted, live, { foreignKeys });
  for (const foreignKey of foreignKeys) {
    if (live.foreignKeys.some(there => there.columns.join() === foreignKey.columnNames.join())) continue;
    const parent = parentSql(context, wanted.em, foreignKey.referencedTableName);
    const refers = foreignKey.columnNames
      .map(
        (column, index) =>
          `p.${quoteName(foreignKey.referencedColumnNames[index] as string)} = ${quoteName(live.name)}.${quoteName(column)}`,
      )
      .join(' and ');
    const filled = foreignKey.columnNames.map(column => `${quoteName(column)} is not null`).join(' and ');
    const rows = await countRows(
      context,
      live,
      `${filled} and not exists (select 1 from ${parent} as p where ${refers})`,
    );
    if (rows > 0) {
      throw new OperationError(
        `${showName(live)} (${foreignKey.columnNames.join(', ')}) cannot refer to ${foreignKey.referencedTableName}: ${rows} ${rows === 1 ? 'row has' : 'rows have'} a missing parent. Change or delete those rows first.`,
        { guid, table: showName(live), rows },
      );
    }
    await change(context, wanted, [{ kind: 'add foreign key', foreignKey }]);
  }
}

/** MikroORM names the default namespace here, and leaves it out of the key itself, which so follows the search path. */
function parentSql({ namespace, dialect }: OperationContext, em: SqlEntityManager, name: string): string {
  const standard = `${em.getPlatform().getDefaultSchemaName()}.`;
  const parent = namespace === undefined && name.startsWith(standard) ? name.slice(standard.length) : name;
  return parent.split('.').map(dialect.quoteName).join('.');
}

/**
 * Drops the foreign key of a relation, or those of the table between both sides; the columns stay. If there is none, nothing
 * happens.
 */
export async function dropForeignKey(context: OperationContext, entity: object, property: string): Promise<void> {
  const own = wantedOf(context, entity);
  const { pivot, columns } = partsOf(context, own, property);
  const wanted = pivot ?? own;
  const names = (pivot ? partsOfTable(pivot).columns : columns).map(column => column.name);
  // A column of a relation may have a separate key, which is that of another relation.
  const isWhole = propertyOf(context, own, property).targetMeta !== undefined && !pivot;
  const live = await findTable(context, wanted);
  const there =
    live?.foreignKeys.filter(
      key => key.columns.every(column => names.includes(column)) && (!isWhole || key.columns.length === names.length),
    ) ?? [];
  await change(
    context,
    wanted,
    there.map(key => ({ kind: 'drop foreign key', columns: key.columns })),
  );
}
