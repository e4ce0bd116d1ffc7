import { quoteName, quoteText } from '../../../sql/quoting.ts';
import { sameName } from '../../../sql/same-names.ts';
import type { HeldConnection, Row } from '../../../store/connection.ts';
import type { Violation } from '../../../store/violations.ts';

/** A foreign key as SQLite itself lists it. */
interface ListedKey {
  readonly table: string;
  readonly id: number;
  readonly parent: string;
  readonly columns: readonly string[];
  /** Empty: the primary key of the parent. */
  readonly referenced: readonly string[];
}

/**
 * Lists the rows whose parents are missing, each with what it refers by, and the foreign keys that SQLite cannot check
 * because their parents have no such key.
 *
 * @param found what `pragma foreign_key_check` answered; `undefined` if it refused.
 * @see https://www.sqlite.org/foreignkeys.html#fk_indexes
 */
export async function listViolations(held: HeldConnection, found: readonly Row[] | undefined): Promise<Violation[]> {
  const violations: Violation[] = [];
  const known = found && new Set(found.map(({ table, fkid }) => JSON.stringify([table, Number(fkid)])));
  const all = await listKeys(held);
  for (const key of all) {
    if (known && !known.has(JSON.stringify([key.table, key.id]))) continue;
    const isChecked = known !== undefined || (await isKeyOf(held, key));
    // Of one that is not checked, a column of the parent may be missing.
    const orphans = await readOrphans(held, key).catch(error => (isChecked ? Promise.reject(error as Error) : []));
    const { table, parent, columns } = key;
    const keys = all.filter(other => other.table === table).map(other => other.columns);
    if (!isChecked) violations.push({ table, parent, columns, keys, rowid: null, isMismatch: true });
    violations.push(...orphans.map(orphan => ({ table, parent, columns, keys, ...orphan })));
  }
  return violations;
}

async function listKeys(held: HeldConnection): Promise<ListedKey[]> {
  const rows = await held.execute(
    `select t.name as "table", k.id, k."table" as parent, k."from" as "column", k."to" as referenced ` +
      `from main.sqlite_master as t, pragma_foreign_key_list(t.name, 'main') as k ` +
      `where t.type = 'table' order by t.name, k.id, k.seq`,
  );
  const keys = new Map<string, ListedKey>();
  for (const { table, id, parent, column, referenced } of rows) {
    const name = JSON.stringify([table, id]);
    const before = keys.get(name);
    keys.set(name, {
      table: String(table),
      id: Number(id),
      parent: String(parent),
      columns: [...(before?.columns ?? []), String(column)],
      referenced: referenced === null ? [] : [...(before?.referenced ?? []), String(referenced)],
    });
  }
  return [...keys.values()];
}

/** Whether the columns a foreign key refers to are the parent's primary key, or unique. */
async function isKeyOf(held: HeldConnection, { parent, columns, referenced }: ListedKey): Promise<boolean> {
  const primary = await primaryKeyOf(held, parent);
  if (primary === undefined) return true; // Without a parent every row is an orphan, and SQLite says so.
  if (referenced.length === 0) return primary.length === columns.length;
  if (isSameSet(primary, referenced)) return true;
  const rows = await held.execute(
    `select l.name as "index", x.name as "column" ` +
      `from pragma_index_list(${quoteText(parent)}, 'main') as l, pragma_index_xinfo(l.name, 'main') as x ` +
      `where l."unique" = 1 and l.partial = 0 and x.key = 1 order by 1`,
  );
  const indexes = Object.values(Object.groupBy(rows, row => String(row.index)));
  return indexes.some(terms => isSameSet(terms?.map(({ column }) => String(column)) ?? [], referenced));
}

/** `undefined` if there is no such table. */
async function primaryKeyOf(held: HeldConnection, table: string): Promise<string[] | undefined> {
  const rows = await held.execute(`select name, pk from pragma_table_info(${quoteText(table)}, 'main')`);
  return rows.length === 0 ? undefined : rows.filter(({ pk }) => Number(pk) > 0).map(({ name }) => String(name));
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every(one => others.some(other => sameName(one, other)));
}

/** The rows of one foreign key whose parents are missing. */
async function readOrphans(held: HeldConnection, key: ListedKey): Promise<Pick<Violation, 'rowid' | 'values'>[]> {
  const { table, columns } = key;
  const rowid = await rowidOf(held, table);
  const values = columns.map(column => `quote(c.${quoteName(column)})`).join(` || ',' || `);
  const filled = columns.map(column => `c.${quoteName(column)} is not null`).join(' and ');
  const refers = await parentCondition(held, key);
  const rows: Row[] = await held.execute(
    `select ${rowid ?? 'null'} as number, ${values} as held from main.${quoteName(table)} as c where ${filled}${refers}`,
  );
  return rows.map(row => ({ rowid: row.number, values: String(row.held) }));
}

async function parentCondition(held: HeldConnection, { parent, columns, referenced }: ListedKey): Promise<string> {
  const key = await primaryKeyOf(held, parent);
  if (key === undefined) return '';
  const named = referenced.length > 0 ? referenced : key;
  // The parent's collation and affinity count, as they do for SQLite itself: it stands first, and the child's has none.
  const pairs = columns.map((column, index) => `p.${quoteName(named[index] ?? '')} = +c.${quoteName(column)}`);
  return ` and not exists (select 1 from main.${quoteName(parent)} as p where ${pairs.join(' and ')})`;
}

/** A name of the rowid, `undefined` where there is none. */
async function rowidOf(held: HeldConnection, table: string): Promise<string | undefined> {
  const [found] = await held.execute(
    `select n.name from (select 'rowid' as name union all select '_rowid_' union all select 'oid') as n, ` +
      `pragma_table_list(${quoteText(table)}) as t where t.schema = 'main' and t.wr = 0 ` +
      `and not exists (select 1 from pragma_table_info(${quoteText(table)}, 'main') as i where i.name = n.name collate nocase)`,
  );
  return found && `c.${String(found.name)}`;
}
