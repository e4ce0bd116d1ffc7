import type { OperationContext } from './context.ts';
import { partsOf, wantedOf } from './table/wanted.ts';

/** Tells whether the table or view of an entity is there. */
export async function hasStorage(context: OperationContext, entity: object): Promise<boolean> {
  return (await context.editor.read(context.sql, wantedOf(context, entity).name)) !== undefined;
}

/** Tells whether all columns of a property are there; of a many-to-many, whether the table that joins it is. */
export async function hasProperty(context: OperationContext, entity: object, property: string): Promise<boolean> {
  const wanted = wantedOf(context, entity);
  const { columns, pivot } = partsOf(context, wanted, property);
  const live = await context.editor.read(context.sql, (pivot ?? wanted).name);
  return live !== undefined && columns.every(column => live.columns.some(there => there.name === column.name));
}
