const COMMENTS = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/|;)+/;
const CONTROLS = /^(?:savepoint|release|rollback|set\s+constraints)\b/i;
const ONLY_READS = /^(?:select|values|table|show|explain|pragma|set)\b/i;
const WRITES = /\b(?:insert|update|delete|merge|setval)\b/i;
const MARKS = /^savepoint\s+([^\s;]+)/i;
const TAKES_BACK = /^rollback\s+(?:transaction\s+|work\s+)?to\s+(?:savepoint\s+)?([^\s;]+)/i;
const DESTROYS =
  /\b(?:drop\s+(?:table|column|materialized\s+view|schema)|truncate|delete\s+from|alter\s+table\s+\S+\s+drop\s+(?!constraint\b|default\b|not\b|expression\b|identity\b))\b/i;

/** What is to be known of a statement to tell what a step does. Pure, and not a parser: it reads how statements begin. */
export interface Statement {
  /** `control` moves savepoints; `read` asks; `change` is everything else. */
  readonly kind: 'control' | 'read' | 'change';
  /** The savepoint it sets. */
  readonly marks: string | undefined;
  /** The savepoint it goes back to. */
  readonly takesBack: string | undefined;
}

export function readStatement(sql: string): Statement {
  const text = sql.replace(COMMENTS, '');
  return { kind: kindOf(text), marks: MARKS.exec(text)?.[1], takesBack: TAKES_BACK.exec(text)?.[1] };
}

function kindOf(text: string): Statement['kind'] {
  if (CONTROLS.test(text)) return 'control';
  if (/^with\b/i.test(text)) return WRITES.test(text) ? 'change' : 'read';
  return ONLY_READS.test(text) && !/\bsetval\s*\(/i.test(text) ? 'read' : 'change';
}

/** Whether a statement answers with rows that code could decide by. */
export function answersRows(sql: string): boolean {
  return readStatement(sql).kind === 'read' || /\breturning\b/i.test(sql);
}

/** Whether a statement that somebody wrote by hand takes rows or values away. */
export function destroys(sql: string): boolean {
  return DESTROYS.test(sql);
}

/** Whether a statement writes rows of a table. */
export function writesRows(sql: string): boolean {
  return /^(?:insert|update|delete|replace|with)\b/i.test(sql.replace(COMMENTS, ''));
}
