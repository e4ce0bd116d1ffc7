/** What may stand before a statement: white space, comments, a statement that is empty. */
const BEFORE = String.raw`(?:\s|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/|;)*`;

/**
 * How a statement begins: reading only that costs the same for any length. Each expression is compiled when it is first used: a
 * boot with nothing to do uses none.
 */
function starts(words: string): () => RegExp {
  let compiled: RegExp | undefined;
  return () => (compiled ??= new RegExp(`^${BEFORE}(?:${words})`, 'i'));
}

const BACK_TO = String.raw`rollback\s+(?:transaction\s+|work\s+)?to\b`;

const BEGINS_OR_ENDS = starts(
  String.raw`(?:begin|commit|end|abort|start\s+transaction|prepare\s+transaction|(?!${BACK_TO})rollback)\b`,
);
const MARKS = starts(String.raw`savepoint\s+([^\s;]+)`);
const TAKES_BACK = starts(String.raw`${BACK_TO}\s+(?:savepoint\s+)?([^\s;]+)`);
const CONTROLS = starts(String.raw`(?:savepoint|release|rollback|set\s+constraints)\b`);
const ONLY_READS = starts(String.raw`(?:select|values|table|show|explain|pragma|set)\b`);
const MAY_WRITE = starts(String.raw`with\b`);
const WRITES_ROWS = starts(String.raw`(?:insert|update|delete|replace|with)\b`);
const DROPS_COLUMN = starts(String.raw`alter\s+table\s+(?:main\.)?("[^"]+"|\w+)\s+drop\s+column\b`);

const IN_FRONT = starts('');
const SETS_SEQUENCE = /\bsetval\s*\(/i;
const WRITES = /\b(?:insert|update|delete|merge|setval)\b/i;
const DEFERS = /\bdeferr(?:able|ed)\b/i;
const DESTROYS =
  /\b(?:drop\s+(?:table|column|materialized\s+view|schema)|truncate|delete\s+from|alter\s+table\s+\S+\s+drop\s+(?!constraint\b|default\b|not\b|expression\b|identity\b))\b/i;

/**
 * What a statement is: `control` moves savepoints; `read` asks; `change` is everything else. Nothing in this file is a
 * parser: it reads how statements begin, and where it looks further, a text or a comment counts as well.
 */
export function statementKind(sql: string): 'control' | 'read' | 'change' {
  if (CONTROLS().test(sql)) return 'control';
  const isQuery = MAY_WRITE().test(sql);
  if (!isQuery && !ONLY_READS().test(sql)) return 'change';
  return (isQuery ? WRITES : SETS_SEQUENCE).test(sql.replace(IN_FRONT(), '')) ? 'change' : 'read';
}

/** Whether a statement begins or ends a transaction. Savepoints do neither. */
export function beginsOrEnds(sql: string): boolean {
  return BEGINS_OR_ENDS().test(sql);
}

/** The savepoint that a statement sets. */
export function savepointSet(sql: string): string | undefined {
  return MARKS().exec(sql)?.[1];
}

/** The savepoint that a statement goes back to. */
export function savepointGoneBackTo(sql: string): string | undefined {
  return TAKES_BACK().exec(sql)?.[1];
}

/** Whether a statement may make a constraint that waits for the commit. */
export function mayDefer(sql: string): boolean {
  return DEFERS.test(sql);
}

/** Whether a statement answers with rows that code could decide by. */
export function answersRows(sql: string): boolean {
  return statementKind(sql) === 'read' || /\breturning\b/i.test(sql);
}

/** What a statement begins with, and of a query the table it reads: never a value. */
export function headOf(sql: string): string {
  const [, table] = /^\s*select\b[^]*?\bfrom\s+([^\s;]+)/i.exec(sql) ?? [];
  const words = table === undefined ? sql.trim().split(/\s+/, 3) : ['select … from', table];
  return `${words.join(' ')} …`;
}

/** Whether a handwritten statement removes rows or values. */
export function destroys(sql: string): boolean {
  return DESTROYS.test(sql);
}

/** Whether a statement writes rows of a table. */
export function writesRows(sql: string): boolean {
  return WRITES_ROWS().test(sql);
}

/** The table that a statement drops a column of, as far as nothing else has to be read for it. */
export function dropsColumnOf(sql: string): string | undefined {
  return DROPS_COLUMN()
    .exec(sql)?.[1]
    ?.replace(/^"(.*)"$/, '$1');
}

const NAME = String.raw`"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)`;
const NAMES = new RegExp(NAME, 'gu');
const QUALIFIERS = new RegExp(String.raw`(?:${NAME})\s*\.`, 'gu');

/**
 * Every word of a statement that could be a name, as PostgreSQL would understand it. What stands in a text or a comment
 * counts too, since SQL can be made of texts.
 */
export function wordsIn(sql: string): string[] {
  return [...sql.matchAll(NAMES)].map(understood);
}

/** The first namespace that a statement names, as in `public.animal`. */
export function namespaceIn(sql: string, namespaces: ReadonlySet<string>): string | undefined {
  return [...sql.matchAll(QUALIFIERS)].map(understood).find(name => namespaces.has(name));
}

const QUALIFIED = String.raw`(?:(?:${NAME})\s*\.\s*)?(?:${NAME})`;
const CREATES = new RegExp(
  `^${BEFORE}(?:create\\s+(?:or\\s+replace\\s+)?(?:temp(?:orary)?\\s+)?(?:unique\\s+)?(?:materialized\\s+)?` +
    `(?:table|view|index|trigger|policy|sequence|constraint\\s+trigger)\\s+(?:concurrently\\s+)?(?:if\\s+not\\s+exists\\s+)?` +
    `|alter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?${QUALIFIED}\\s+add\\s+(?:(?:column|constraint)\\s+)?(?:if\\s+not\\s+exists\\s+)?)` +
    QUALIFIED,
  'iu',
);
const RENAMES = new RegExp(
  `^${BEFORE}alter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?${QUALIFIED}\\s+rename\\s+(?!constraint\\b)(?:(?:column\\s+)?(?!to\\s)(?:${NAME})\\s+)?to\\s+(?:${NAME})`,
  'iu',
);

/** The table, view, index, trigger, column or constraint that a statement creates, without its namespace. */
export function createdBy(sql: string): string | undefined {
  return namesFound(CREATES.exec(sql)).at(-1);
}

/** What a statement renames, as far as it says so itself: a table, or a column of one. A namespace stays in front. */
export function renamedBy(sql: string): RenameFound | undefined {
  const found = RENAMES.exec(sql);
  if (!found) return undefined;
  const [namespace, name, column, to] = [1, 3, 5, 7].map(at => nameAt(found, at));
  const qualified = (last: string | undefined) => [namespace, last].filter(part => part !== undefined).join('.');
  if (to === undefined) return undefined;
  if (column === undefined) return { kind: 'table', from: qualified(name), to: qualified(to) };
  return { kind: 'column', table: qualified(name), from: column, to };
}

type RenameFound =
  | { readonly kind: 'table'; readonly from: string; readonly to: string }
  | { readonly kind: 'column'; readonly table: string; readonly from: string; readonly to: string };

function namesFound(found: RegExpExecArray | null): string[] {
  if (!found) return [];
  const names = Array.from({ length: (found.length - 1) / 2 }, (_, pair) => nameAt(found, 2 * pair + 1));
  return names.filter(name => name !== undefined);
}

/** The name in a pair of groups: in quotes, or plain. */
function nameAt(found: RegExpExecArray, at: number): string | undefined {
  return found[at]?.replaceAll('""', '"') ?? found[at + 1]?.toLowerCase();
}

function understood([, quoted, plain]: RegExpExecArray): string {
  return quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '';
}

/** A statement without the semicolon that ends it. */
export function withoutSemicolon(sql: string): string {
  return sql.replace(/;\s*$/, '');
}

/** Several statements as one text. What follows a comment to the end of its line stands on the next one. */
export function inOneScript(statements: readonly string[]): string {
  return statements
    .map(withoutSemicolon)
    .map(sql => (sql.includes('--') ? `${sql}\n` : sql))
    .join(';\n');
}
