import type { Identity } from '../../dialect.ts';

/** Functions that only one engine has, which otherwise passes for SQLite. */
const OF_TURSO = 'turso_version';
const OF_LIBSQL = 'libsql_vector_idx';

/** What engine of SQLite answers. */
export const sqliteIdentity: Identity = {
  sql: `select sqlite_source_id() as source, (select group_concat(name) from pragma_function_list where name in ('${OF_TURSO}', '${OF_LIBSQL}')) as functions`,
  nameOf(row) {
    const functions = String(row?.functions);
    if (functions.includes(OF_TURSO)) return 'turso';
    return functions.includes(OF_LIBSQL) ? 'libsqlLocal' : undefined;
  },
  // Cloudflare allows neither function.
  nameOfRefusal(error) {
    const text = String(error);
    if (!/not authorized/.test(text)) return undefined;
    return /D1_ERROR/.test(text) ? 'd1' : 'durableObjects';
  },
};
