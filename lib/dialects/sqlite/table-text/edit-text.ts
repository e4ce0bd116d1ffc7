import { sameName } from '../../../sql/same-names.ts';
import { isMeant, type SqlToken, type Stretch, tokenize } from '../../../sql/tokens.ts';
import { parseTable, type ColumnDefinition, type TableDefinition } from './table-definition.ts';

/** The replacement of a stretch of text. */
export interface Replacement extends Stretch {
  readonly text: string;
}

/**
 * Makes changes that do not overlap. All else stays as it is, byte for byte; a space is put where words would run
 * together.
 */
export function splice(sql: string, changes: readonly Replacement[]): string {
  let result = '';
  let at = 0;
  const append = (text: string) => {
    if (isWordy(result.at(-1)) && isWordy(text[0])) result += ' ';
    result += text;
  };
  for (const change of changes.toSorted((one, other) => one.from - other.from)) {
    append(sql.slice(at, change.from));
    append(change.text);
    at = change.to;
  }
  append(sql.slice(at));
  return result;
}

/** Quotes count: the letter before one may turn it into a blob. */
function isWordy(character: string | undefined): boolean {
  return character !== undefined && /[\w$'"`[\]\u0080-\uFFFF]/.test(character);
}

/** The definition that the changed text gives. A column keeps its origin; one whose name is new has none. */
export function rewrite(definition: TableDefinition, changes: readonly Replacement[]): TableDefinition {
  return rewriteAs(definition, changes, column => column.name);
}

/** @param before says what a column of the changed text was called until now. */
export function rewriteAs(
  definition: TableDefinition,
  changes: readonly Replacement[],
  before: (column: ColumnDefinition) => string,
): TableDefinition {
  const changed = parseTable(splice(definition.sql, changes));
  const originOf = (name: string) => definition.columns.find(column => sameName(column.name, name))?.origin;
  return { ...changed, columns: changed.columns.map(column => ({ ...column, origin: originOf(before(column)) })) };
}

/** Inserts text behind the last column and before the constraints, on a separate line if they have one. */
export function insertColumn(definition: TableDefinition, text: string): Replacement[] {
  const [constraint] = definition.constraints;
  if (constraint === undefined) return insertItem(definition, text);
  return [{ from: constraint.from, to: constraint.from, text: `${text},${spaceBefore(definition, constraint) ?? ''}` }];
}

/** Inserts text behind all columns and constraints, on a separate line if the columns have one. */
export function insertItem(definition: TableDefinition, text: string): Replacement[] {
  const to = [...definition.columns, ...definition.constraints].at(-1)?.to ?? definition.close;
  const comment = tokenize(definition.sql).findLast(
    token => token.kind === 'comment' && isWithin(token, to, definition),
  );
  const gap = spaceBefore(definition, definition.columns.at(-1)) ?? ' ';
  const isOnNewLine = !comment?.text.startsWith('--') || gap.includes('\n');
  const place = comment?.to ?? to;
  return [
    { from: to, to, text: ',' },
    { from: place, to: place, text: `${isOnNewLine ? gap : '\n'}${text}` },
  ];
}

function isWithin(token: SqlToken, from: number, definition: TableDefinition): boolean {
  return token.from >= from && token.to <= definition.close;
}

function spaceBefore(definition: TableDefinition, item: Stretch | undefined): string | undefined {
  const before = tokenize(definition.sql).find(token => token.to === item?.from);
  return before?.kind === 'space' ? before.text : undefined;
}

/**
 * Takes a column or constraint out of its list, with a comma and with the comment on the rest of its line. All other
 * comments stay.
 */
export function removeItem(definition: TableDefinition, item: Stretch): Replacement[] {
  const tokens = tokenize(definition.sql);
  const before = tokens.filter(token => token.to <= item.from);
  const after = tokens.filter(token => token.from >= item.to);
  const previous = before.findLast(isMeant);
  const next = after.find(isMeant);

  const changes: Replacement[] = [];
  let { from, to } = item;
  if (next?.text === ',') to = next.to;
  else if (next?.from === definition.close && previous?.text === ',') {
    changes.push({ from: previous.from, to: previous.to, text: '' });
  }
  const endOfLine = findEndOfLine(after.filter(token => token.from >= to));
  to = endOfLine ?? to;

  const [comment, space] = before.slice(-2);
  const isNeeded = comment?.text.startsWith('--') && endOfLine === undefined;
  if (space?.kind === 'space' && !isNeeded) from = space.from;
  else {
    const following = after.find(token => token.from === to);
    if (following?.kind === 'space') to = following.to;
  }
  return [...changes, { from, to, text: '' }];
}

/** Where the line ends, `undefined` if anything but a comment comes before that. */
function findEndOfLine(tokens: readonly SqlToken[]): number | undefined {
  const end = tokens.find(token => isMeant(token) || token.text.includes('\n'));
  return end?.kind === 'space' ? end.from : undefined;
}

/** Takes a clause away, with the white space before it unless that ends a comment. */
export function removeClause(definition: TableDefinition, clause: Stretch): Replacement {
  const [comment, space] = tokenize(definition.sql.slice(0, clause.from)).slice(-2);
  const takesSpace = space?.kind === 'space' && !comment?.text.startsWith('--');
  return { from: takesSpace ? space.from : clause.from, to: clause.to, text: '' };
}
