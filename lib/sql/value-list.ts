/** Writes rows of SQL as a list of values: `(1, 'a'), (2, 'b')`. A batch is written row by row: no step of it is for nothing. */
export function valueList(rows: readonly (readonly string[])[]): string {
  let list = '';
  for (const row of rows) {
    list += list === '' ? '(' : ', (';
    for (let index = 0; index < row.length; index += 1) list += index === 0 ? row[index] : `, ${row[index]}`;
    list += ')';
  }
  return list;
}
