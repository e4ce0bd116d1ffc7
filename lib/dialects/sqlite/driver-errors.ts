import type { DriverErrors, Fault } from '../dialect.ts';

// https://www.sqlite.org/rescode.html
const CODES: readonly (readonly [RegExp, Fault, readonly number[]])[] = [
  [/^SQLITE_FULL/, 'full', [13]],
  [/^SQLITE_(BUSY|LOCKED)/, 'busy', [5, 6]],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'permission', [8, 3, 23]],
  [/^SQLITE_(CANTOPEN|NOTADB|IOERR)/, 'unavailable', [14, 26, 10]],
];

/** The code that node:sqlite gives every error of SQLite; SQLite's own code stands next to it as a number. */
const NODE_CODE = 'ERR_SQLITE_ERROR';

const LOST = /database connection is not open|(unable to|cannot) open database/i;

/** The errors of SQLite, by their codes, and by their words where one code stands for many. */
export const sqliteErrors: DriverErrors = {
  faultOf(error) {
    const { code, message } = error;
    const text = typeof code === 'string' ? code : '';
    const isNode = text === NODE_CODE;
    const number = isNode ? primaryCode(error) : undefined;
    const found = CODES.find(
      ([pattern, , numbers]) => pattern.test(text) || (number !== undefined && numbers.includes(number)),
    );
    if (found) return found[1];
    if ((text.startsWith('SQLITE_') || isNode) && message.startsWith('no such table')) return 'no table';
    if (LOST.test(message)) return 'unavailable';
    return isNode && /locked|busy/.test(message) ? 'busy' : undefined;
  },
  isOwnCode: code => code.startsWith('SQLITE_') || code === NODE_CODE,
};

/** The code of an error without what extends it. @see https://www.sqlite.org/rescode.html#primary_result_codes_versus_extended_result_codes */
function primaryCode(error: object): number | undefined {
  const code: unknown = Reflect.get(error, 'errcode');
  return typeof code === 'number' ? code % 256 : undefined;
}
