import { qualify, quoteEscaped, quoteName } from '../../sql/quoting.ts';
import { valueList } from '../../sql/value-list.ts';
import type { LiveTable } from '../table-changes.ts';
import type { RowWriting } from '../table-editor.ts';

/** How rows are read exactly, and written a batch at a time. */
export const postgresqlRows: RowWriting = {
  exactText: column => `${column}::pg_catalog.text`,
  losesDigits: false,
  exactLiteral: quoteEscaped,
  update(table, { key, columns, values }) {
    const typeOf = (name: string) => table.columns.find(column => column.name === name)?.type ?? 'text';
    const value = (index: number, name: string) => `cast(v.column${index + 1} as ${withoutLength(typeOf(name))})`;
    const set = columns.map((name, index) => `${quoteName(name)} = ${value(key.length + index, name)}`);
    const match = key.map((name, index) => `t.${quoteName(name)} = ${value(index, name)}`);
    const where = [...match, ...withinKeys(table, key, values)].join(' and ');
    return `update ${qualify(table.namespace, table.name)} as t set ${set.join(', ')} from (values ${valueList(values)}) as v where ${where}`;
  },
  async countOn(sql, table) {
    const name = qualify(table.namespace, table.name);
    const counted = await sql.execute(
      `select a.attname as column, s.sequence from pg_catalog.pg_attribute a, ` +
        `lateral (select pg_catalog.pg_get_serial_sequence(${quoteEscaped(name)}, a.attname) as sequence) s ` +
        `where a.attrelid = pg_catalog.to_regclass(${quoteEscaped(name)}) and a.attnum > 0 and not a.attisdropped and s.sequence is not null`,
    );
    for (const { column, sequence } of counted) {
      const highest = `coalesce((select pg_catalog.max(${quoteName(String(column))}) from ${name}), 0)`;
      await sql.execute(
        `select pg_catalog.setval(${quoteEscaped(String(sequence))}, greatest(${highest} + 1, last_value + is_called::int), false) ` +
          `from ${String(sequence)}`,
      );
    }
  },
};

const WHOLE = /^(?:-?\d+|'-?\d+')$/;
const WHOLE_TYPES: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint']);

/**
 * Says between which keys a batch lies. A join alone says nothing about that, and for a table that is not large PostgreSQL
 * reads all of it again for each batch.
 */
function withinKeys(table: LiveTable, key: readonly string[], values: readonly (readonly string[])[]): string[] {
  return key.flatMap((name, index) => {
    const type = table.columns.find(column => column.name === name)?.type ?? '';
    if (!WHOLE_TYPES.has(type)) return [];
    const cells = values.map(row => row[index] ?? '');
    if (!cells.every(cell => WHOLE.test(cell))) return [];
    const keys = cells.map(cell => BigInt(cell.replaceAll("'", '')));
    const lowest = keys.reduce((one, other) => (other < one ? other : one));
    const highest = keys.reduce((one, other) => (other > one ? other : one));
    return [`t.${quoteName(name)} between ${lowest} and ${highest}`];
  });
}

/** A cast to `varchar(3)` cuts, and an assignment to it fails: values are cast to their type without a length. */
function withoutLength(type: string): string {
  if (type.includes('"')) return type;
  const bare = type.replace(/\(\d+(?:,-?\d+)?\)/, '');
  // These two are of length one unless they say otherwise
  return bare.replace(/^character(?! varying)/, 'bpchar').replace(/^bit(?! varying)/, 'varbit');
}
