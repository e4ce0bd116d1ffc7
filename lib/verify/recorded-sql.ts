import type { Sql } from '../dialects/table-editor.ts';

const READS = /^\s*(?:select|with|explain|pragma\s+[\w.]+\s*(?:\(|$)|savepoint|release|rollback\s+to)\b/i;
/** Tables that are made for what can be learned from them, and gone. */
const SPECIMEN = /dejavu_scratch/;

/** Statements as they are written down, and sent if they are to be. */
interface RecordedSql {
  readonly sql: Sql;
  /** What writes, in order. */
  readonly written: string[];
}

/** Records statements. Reading ones are always sent. @param send whether the others are sent too. */
export function recordSql(sql: Sql, { send }: { readonly send: boolean }): RecordedSql {
  const written: string[] = [];
  return {
    written,
    sql: {
      async execute(statement, params) {
        if (READS.test(statement) || SPECIMEN.test(statement)) return sql.execute(statement, params);
        written.push(statement);
        return send ? sql.execute(statement, params) : [];
      },
    },
  };
}
