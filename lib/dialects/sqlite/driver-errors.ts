import type { DriverErrors, Fault } from '../dialect.ts';

// https://www.sqlite.org/rescode.html
const CODES: readonly (readonly [RegExp, Fault])[] = [
  [/^SQLITE_FULL/, 'full'],
  [/^SQLITE_(BUSY|LOCKED)/, 'busy'],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'permission'],
  [/^SQLITE_(CANTOPEN|NOTADB|IOERR)/, 'unavailable'],
];

const LOST = /database connection is not open|(unable to|cannot) open database/i;

/** The errors of SQLite, by their codes, and by their words where one code stands for many. */
export const sqliteErrors: DriverErrors = {
  faultOf({ code, message }) {
    const text = typeof code === 'string' ? code : '';
    const found = CODES.find(([pattern]) => pattern.test(text));
    if (found) return found[1];
    // node:sqlite speaks in numbers
    const isNode = text === 'ERR_SQLITE_ERROR';
    if ((text.startsWith('SQLITE_') || isNode) && message.startsWith('no such table')) return 'no table';
    if (LOST.test(message)) return 'unavailable';
    if (isNode && /disk is full/.test(message)) return 'full';
    return isNode && /locked|busy/.test(message) ? 'busy' : undefined;
  },
  isOwnCode: code => code.startsWith('SQLITE_'),
};
