const NAME = String.raw`(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)`;
const FULL_NAME = String.raw`${NAME}(?:\s*\.\s*${NAME})?`;
const CREATE_INDEX = new RegExp(
  String.raw`^(\s*create\s+(?:unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?)` +
    String.raw`((?!on\b)${NAME}\s+)?(on\s+(?:only\s+)?)${FULL_NAME}`,
  'iu',
);
const ALTER_TABLE = new RegExp(String.raw`^(\s*alter\s+table\s+(?:only\s+)?)${FULL_NAME}`, 'iu');

/**
 * Aims a statement that adds something to one table at another: MikroORM writes the name a table is wanted to have, and
 * an index of the user's own words stands for one table too. Another statement is left as it is.
 *
 * @param table - as SQL says it
 * @param index - what the index is to be called, as SQL says it; by default what it is called
 */
export function aim(statement: string, table: string, index?: string): string {
  if (ALTER_TABLE.test(statement)) return statement.replace(ALTER_TABLE, (_, head: string) => head + table);
  return statement.replace(
    CREATE_INDEX,
    (_, head: string, name: string | undefined, on: string) =>
      head + (index === undefined ? (name ?? '') : `${index} `) + on + table,
  );
}
