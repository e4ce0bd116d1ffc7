import type { EntityMetadata } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { OperationError } from '../errors.ts';
import { StorageGenerator } from '../mikro-orm/storage-generator.ts';
import { withoutNamespacesThatAreThere } from '../store/survey.ts';
import { assertSame } from './table/open-table.ts';
import type { OperationContext } from './context.ts';
import { showName } from '../dialects/table-names.ts';
import { wantedOf, wantedTable } from './table/wanted.ts';

/**
 * Creates the tables or views of entities, with their indexes, checks and foreign keys, and the tables that join their
 * many-to-many relations. Those that refer to each other are given together. What is there as asked is left alone.
 */
export async function createStorage(context: OperationContext, entities: readonly object[]): Promise<void> {
  const wanted = entities.map(entity => wantedOf(context, entity));
  for (const em of new Set(wanted.map(one => one.em))) {
    const metas = wanted.filter(one => one.em === em).flatMap(({ meta }) => [meta, ...pivotsOf(em, meta)]);
    await createTables(context, em, metas);
  }
}

/** {@link createStorage}, for metadata of one side. */
export async function createTables(
  context: OperationContext,
  em: SqlEntityManager,
  metas: readonly EntityMetadata[],
): Promise<void> {
  const missing: EntityMetadata[] = [];
  for (const meta of new Set(metas)) {
    const wanted = wantedTable(context, em, meta);
    const live = await context.editor.read(context.sql, wanted.name);
    if (!live) missing.push(meta);
    else if (!meta.view) {
      for (const column of wanted.table.getColumns()) {
        await assertSame(context, wanted, live, column.name);
        if (live.columns.some(there => there.name === column.name)) continue;
        throw new OperationError(
          `the table ${showName(wanted.name)} is there already, without the column ${column.name}: add it with addProperty()`,
          { guid: context.guid, table: showName(wanted.name) },
        );
      }
    }
  }
  if (missing.length === 0) return;
  const generator = new StorageGenerator(em, { metadata: missing, namespace: context.namespace, withRoutines: false });
  const statements = await withoutNamespacesThatAreThere(context.sql, context.dialect, await generator.statements());
  for (const statement of statements) {
    if (!(await isTypeThatIsThere(context, statement))) await context.sql.execute(statement);
  }
}

/** The tables that join the many-to-many relations an entity owns, unless they are entities of their own. */
export function pivotsOf(em: SqlEntityManager, meta: EntityMetadata): EntityMetadata[] {
  return meta.relations
    .filter(prop => prop.owner && prop.pivotTable && prop.pivotEntity)
    .map(prop => em.getMetadata().find(prop.pivotEntity))
    .filter((pivot): pivot is EntityMetadata => pivot?.pivotTable === true);
}

/** A native enum may be shared by several tables. */
async function isTypeThatIsThere({ sql }: OperationContext, statement: string): Promise<boolean> {
  const [, type] = /^create type (.+?) as enum /i.exec(statement) ?? [];
  if (type === undefined) return false;
  const [row] = await sql.execute(`select to_regtype('${type.replaceAll("'", "''")}') is not null as there`);
  return row?.there === true;
}
