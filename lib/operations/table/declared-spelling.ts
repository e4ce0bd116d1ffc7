import type { DatabaseTable } from '@mikro-orm/sql';
import type { LiveTable } from '../../dialects/table-changes.ts';

/**
 * A table with every name in the spelling that an entity declares it by, where the database takes both for one: SQLite's
 * `Legs` is `legs`. An undeclared name keeps its spelling.
 *
 * @param declared the tables that entities declare; of two spellings the first counts.
 */
export function inDeclaredSpelling(
  live: LiveTable,
  declared: readonly DatabaseTable[],
  sameName: (one: string, other: string) => boolean,
): LiveTable {
  const speller = (names: readonly string[]) => (name: string) =>
    names.includes(name) ? name : (names.find(other => sameName(other, name)) ?? name);
  const column = speller(declared.flatMap(table => table.getColumns().map(({ name }) => name)));
  const index = speller(declared.flatMap(table => table.getIndexes().map(({ keyName }) => keyName)));
  const check = speller(declared.flatMap(table => table.getChecks().map(({ name }) => name)));
  const spelled: LiveTable = {
    ...live,
    columns: live.columns.map(one => ({ ...one, name: column(one.name) })),
    primaryKey: live.primaryKey.map(column),
    indexes: live.indexes.map(one => ({ ...one, name: index(one.name), columns: one.columns.map(column) })),
    checks: live.checks.map(one => ({
      ...one,
      name: check(one.name),
      ...(one.column !== undefined && { column: column(one.column) }),
    })),
    foreignKeys: live.foreignKeys.map(one => ({ ...one, columns: one.columns.map(column) })),
  };
  return { ...spelled, stored: live };
}
