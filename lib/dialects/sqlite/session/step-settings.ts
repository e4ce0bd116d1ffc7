import type { StepSettings } from '../../dialect.ts';

const PRAGMA = /^\s*pragma\s+(?:\w+\.)?(\w+)\s*[=(]/i;

/** The pragmas that set the connection, not the file. The code that sets other pragmas for a step restores them. */
const OF_THE_CONNECTION = new Set([
  'analysis_limit',
  'automatic_index',
  'cache_size',
  'cell_size_check',
  'checkpoint_fullfsync',
  'fullfsync',
  'ignore_check_constraints',
  'max_page_count',
  'query_only',
  'read_uncommitted',
  'recursive_triggers',
  'reverse_unordered_selects',
  'secure_delete',
  'synchronous',
  'temp_store',
  'trusted_schema',
  'writable_schema',
]);

/** The settings of SQLite: each pragma by itself, as it is met. */
export const sqliteSettings: StepSettings = {
  setIn(sql) {
    const name = PRAGMA.exec(sql)?.[1]?.toLowerCase();
    return name !== undefined && OF_THE_CONNECTION.has(name) ? name : undefined;
  },

  async remember(held, name) {
    const [row] = await held.execute(`pragma ${name}`);
    const [value] = Object.values(row ?? {});
    return async () => {
      if (value !== undefined) await held.execute(`pragma ${name} = ${String(value)}`);
    };
  },
};
