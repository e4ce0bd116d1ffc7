import type { Column, DatabaseTable, SchemaHelper } from '@mikro-orm/sql';
import { missingPart } from './missing-part.ts';

/** MikroORM takes the checks it writes beside a column out of the table it is handed: this one has none to lose. */
const WITHOUT_CHECKS = { getChecks: () => [] } as unknown as DatabaseTable;

/** A column as MikroORM writes it into a `create table` of SQLite, without the checks over it. */
export function columnWithoutChecks(helper: SchemaHelper, column: Column): string {
  const text = helper.createTableColumn(column, WITHOUT_CHECKS);
  if (text) return text;
  throw missingPart(`column of ${helper.constructor.name}.createTableColumn()`);
}
