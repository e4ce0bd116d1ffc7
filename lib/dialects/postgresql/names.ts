/** The longest name PostgreSQL keeps, in bytes; what is longer is cut without an error. */
const LONGEST = 63;

/** A name as PostgreSQL stores it: cut after 63 bytes, never inside a character. */
export function stored(name: string): string {
  return cut(name, LONGEST);
}

/**
 * The name PostgreSQL itself gives to what belongs to a table or a column: `animal_pkey`, `animal_id_seq`.
 *
 * @see makeObjectName() in https://github.com/postgres/postgres/blob/master/src/backend/commands/indexcmds.c
 */
export function ownName(table: string, column: string | undefined, label: string): string {
  const room = LONGEST - label.length - (column === undefined ? 1 : 2);
  let [ofTable, ofColumn] = [Buffer.byteLength(table), Buffer.byteLength(column ?? '')];
  while (ofTable + ofColumn > room) {
    if (ofTable > ofColumn) ofTable--;
    else ofColumn--;
  }
  const names = column === undefined ? [cut(table, ofTable)] : [cut(table, ofTable), cut(column, ofColumn)];
  return [...names, label].join('_');
}

function cut(name: string, room: number): string {
  const bytes = Buffer.from(name);
  let end = Math.min(room, bytes.length);
  // a byte that goes on with a character
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString();
}
