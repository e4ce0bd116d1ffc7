import { JSON_KINDS, LARGE, MODULUS, OTHER, TEXTUAL, WEIGHTS, YEAR_ONE } from '../../../rows/canonical/value-counts.ts';
import { quoteName } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import type { TableSums, TransferColumn, TransferTable } from '../../row-transfer.ts';
import { sqlName } from '../../table-names.ts';
import { isCompactJson, isMomentSql } from './line-pieces.ts';

/** Adds up what the values of a table count, in any order of the rows. */
export async function readSums(
  held: HeldConnection,
  table: TransferTable,
  isPlain: (column: number) => boolean,
): Promise<TableSums> {
  const counts = table.columns.map((column, index) => (isPlain(index) && plainSql(column)) || countSql(column));
  const weighing = counts[table.columns.findIndex(({ name }) => name === table.key[0])];
  const weight = weighing === undefined ? '1' : `(abs(ifnull(${weighing}, 0)) % ${WEIGHTS} + 1)`;
  const selected = counts.map((count, index) => `${count} as c${index}`);
  const sums = counts.map((_, index) => `cast(ifnull(sum(c${index} * w), 0) as text) as s${index}`);
  // The limit limits nothing. With it, SQLite does not merge both queries, and computes the weight of a row once.
  // https://www.sqlite.org/optoverview.html#subquery_flattening
  const [row] = await held.execute(
    `select ${['count(*) as n', ...sums].join(', ')} from ` +
      `(select ${[...selected, `${weight} as w`].join(', ')} from ${sqlName({ quoteName }, table)} limit -1)`,
  );
  return { rows: Number(row?.n), sums: table.columns.map((_, index) => BigInt(String(row?.[`s${index}`]))) };
}

/** Where all values are what their column is for, their storage classes need not be looked at. */
function plainSql({ name, kind, isEmptied }: TransferColumn): string | undefined {
  const column = quoteName(name);
  if (isEmptied) return '0';
  if (kind === 'integer') return `(${column} % ${MODULUS})`;
  if (kind === 'boolean') return `(${column} + 1)`;
  if (kind === 'real') return `case when ${column} is null then 0 else ${realSql(column)} end`;
  if (kind === 'moment') return `case when ${column} is null then 0 else ${momentSql(column)} end`;
  return TEXTUAL.has(kind) ? `(octet_length(${column}) + 1)` : undefined;
}

function countSql(column: TransferColumn): string {
  if (column.isEmptied) return '0';
  const name = quoteName(column.name);
  const real = realSql(name);
  const ofClass = (...cases: readonly [string, string][]) =>
    `case typeof(${name}) ${cases.map(([storedAs, sql]) => `when '${storedAs}' then ${sql}`).join(' ')} else 0 end`;
  switch (column.kind) {
    case 'integer':
      return ofClass(['integer', `${name} % ${MODULUS}`]);
    case 'boolean':
      return ofClass(['integer', `case when ${name} in (0, 1) then ${name} + 1 else 0 end`]);
    case 'real':
      return ofClass(['real', real]);
    case 'decimal':
      return ofClass(['real', real], ['integer', real]);
    case 'moment':
      return ofClass(['integer', momentSql(name)]);
    case 'json':
      return ofClass(
        ['text', `case when ${isCompactJson(name)} then ${jsonSql(name)} else 0 end`],
        ['integer', String(JSON_KINDS.number)],
        ['real', `case when abs(${name}) < 9e999 then ${JSON_KINDS.number} else 0 end`],
      );
    case 'blob':
      return ofClass(['blob', `length(${name}) + 1`]);
    case 'array':
      return ofClass(
        ['integer', '2'],
        ['real', '2'],
        [
          'text',
          `case ${name} when '' then 1 else length(cast(${name} as blob)) - length(cast(replace(${name}, ',', '') as blob)) + 2 end`,
        ],
      );
    default:
      return ofClass(['text', `length(cast(${name} as blob)) + 1`]);
  }
}

function realSql(name: string): string {
  return `case when ${name} > -${LARGE} and ${name} < ${LARGE} then cast(${name} as integer) % ${MODULUS} + ${OTHER} else ${OTHER} end`;
}

function momentSql(name: string): string {
  const [first, last] = [-YEAR_ONE * 1000, 253_402_300_799_999];
  const seconds = `((${name} + ${YEAR_ONE}000) / 1000 % ${MODULUS} + ${OTHER})`;
  return `case when ${name} between ${first} and ${last} then ${seconds} when ${isMomentSql(name)} then ${OTHER} else 0 end`;
}

/** By the first letter: there are no blanks before it. */
function jsonSql(name: string): string {
  const { object, array, string, boolean, null: none, number } = JSON_KINDS;
  return (
    `case substr(${name}, 1, 1) when '{' then ${object} when '[' then ${array} when '"' then ${string} ` +
    `when 't' then ${boolean} when 'f' then ${boolean} when 'n' then ${none} else ${number} end`
  );
}
