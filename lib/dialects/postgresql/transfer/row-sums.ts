import { JSON_KINDS, LARGE, MODULUS, OTHER, WEIGHTS, YEAR_ONE } from '../../../rows/canonical/value-counts.ts';
import { qualify, quoteName } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import type { TableSums, TransferColumn, TransferTable } from '../../row-transfer.ts';
import { inUtc, isCountedFromOne } from './line-pieces.ts';

/** Adds up what the values of a table count, in any order of the rows. */
export async function readSums(held: HeldConnection, table: TransferTable): Promise<TableSums> {
  const counts = table.columns.map(
    (column, index) => `coalesce(${column.isEmptied ? '0' : countSql(column)}, 0)::bigint as x${index}`,
  );
  const weighing = table.columns.findIndex(({ name }) => name === table.key[0]);
  const weight = weighing < 0 ? '1' : `(pg_catalog.abs(x${weighing}) % ${WEIGHTS} + 1)`;
  const sums = table.columns.map(
    (_, index) => `coalesce(pg_catalog.sum(x${index} * ${weight}), 0)::pg_catalog.text as s${index}`,
  );
  const [row] = await held.execute(
    `select ${[`pg_catalog.count(*)::pg_catalog.text as n`, ...sums].join(', ')} ` +
      `from (select ${counts.join(', ')} from ${qualify(table.namespace, table.name)}) x`,
  );
  return { rows: Number(row?.n), sums: table.columns.map((_, index) => BigInt(String(row?.[`s${index}`]))) };
}

function countSql({ name, kind, type }: TransferColumn): string {
  const column = quoteName(name);
  switch (kind) {
    case 'integer':
      return `${column}::bigint % ${MODULUS}`;
    case 'boolean':
      return `${column}::int + 1`;
    case 'real':
      return numberSql(column, type === 'real' ? `${column}::pg_catalog.text::numeric` : column);
    case 'decimal':
      return numberSql(column, column);
    case 'moment':
      return momentSql(column, inUtc(column, type));
    case 'json':
      return jsonSql(column, type);
    case 'blob':
      return `pg_catalog.octet_length(${column}) + 1`;
    case 'array':
      return `case when ${isCountedFromOne(column)} then pg_catalog.cardinality(${column}) + 1 else 0 end`;
    default:
      return `pg_catalog.octet_length(pg_catalog.convert_to(${column}::pg_catalog.text, 'UTF8')) + 1`;
  }
}

function numberSql(column: string, exact: string): string {
  const isCounted = `${column} > -${LARGE} and ${column} < ${LARGE}`;
  return (
    `case when ${column} is null then 0 when ${isCounted} ` +
    `then pg_catalog.trunc(${exact})::bigint % ${MODULUS} + ${OTHER} else ${OTHER} end`
  );
}

function momentSql(column: string, moment: string): string {
  const isCounted = `${moment} >= timestamp '0001-01-01' and ${moment} < timestamp '10000-01-01'`;
  return (
    `case when ${column} is null then 0 when ${isCounted} ` +
    `then (pg_catalog.floor(extract(epoch from ${moment})) + ${YEAR_ONE})::bigint % ${MODULUS} + ${OTHER} else ${OTHER} end`
  );
}

function jsonSql(column: string, type: string): string {
  const { object, array, string, number, boolean, null: none } = JSON_KINDS;
  const typeOf = type === 'jsonb' ? 'pg_catalog.jsonb_typeof' : 'pg_catalog.json_typeof';
  return (
    `case ${typeOf}(${column}) when 'object' then ${object} when 'array' then ${array} when 'string' then ${string} ` +
    `when 'number' then ${number} when 'boolean' then ${boolean} when 'null' then ${none} else 0 end`
  );
}
