import { JSON_KINDS, LARGE, MODULUS, OTHER, WEIGHTS, YEAR_ONE } from '../../../rows/canonical/sums.ts';
import { quoteName } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import type { TableSums, TransferColumn, TransferTable } from '../../row-transfer.ts';
import { sqlName } from '../../table-names.ts';
import { pieceOf } from './line-pieces.ts';

/** Adds up what the values of a table count, in any order of the rows. */
export async function readSums(held: HeldConnection, table: TransferTable): Promise<TableSums> {
  const counts = table.columns.map((column, index) => `${column.isEmptied ? 0 : countSql(column)} as x${index}`);
  const weighing = table.columns.findIndex(({ name }) => name === table.key[0]);
  const weight = weighing < 0 ? '1' : `(abs(x${weighing}) % ${WEIGHTS} + 1)`;
  const sums = table.columns.map((_, index) => `cast(ifnull(sum(x${index} * ${weight}), 0) as text) as s${index}`);
  const [row] = await held.execute(
    `select ${[`count(*) as n`, ...sums].join(', ')} from (select ${counts.join(', ')} from ${sqlName({ quoteName }, table)})`,
  );
  return { rows: Number(row?.n), sums: table.columns.map((_, index) => BigInt(String(row?.[`s${index}`]))) };
}

function countSql(column: TransferColumn): string {
  const name = quoteName(column.name);
  const real = `case when ${name} > -${LARGE} and ${name} < ${LARGE} then cast(${name} as integer) % ${MODULUS} + ${OTHER} else ${OTHER} end`;
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
      return ofClass(['integer', momentSql(name, pieceOf(column).plain)]);
    case 'json':
      return ofClass(
        ['text', `case when ${pieceOf(column).plain} then ${jsonSql(name)} else 0 end`],
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

function momentSql(name: string, isDate: string): string {
  const [first, last] = [-YEAR_ONE * 1000, 253_402_300_799_999];
  const seconds = `((${name} + ${YEAR_ONE}000) / 1000 % ${MODULUS} + ${OTHER})`;
  return `case when ${name} between ${first} and ${last} then ${seconds} when ${isDate} then ${OTHER} else 0 end`;
}

/** By the first letter: there are no blanks before it. */
function jsonSql(name: string): string {
  const { object, array, string, boolean, null: none, number } = JSON_KINDS;
  return (
    `case substr(${name}, 1, 1) when '{' then ${object} when '[' then ${array} when '"' then ${string} ` +
    `when 't' then ${boolean} when 'f' then ${boolean} when 'n' then ${none} else ${number} end`
  );
}
