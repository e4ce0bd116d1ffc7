import type { Mention } from '../../../sql/expressions.ts';
import { quoteName } from '../../../sql/quoting.ts';
import { sameName } from '../../../sql/same-names.ts';
import type { Clause } from './clauses.ts';
import { insertColumn, removeClause, removeItem, rewrite, rewriteAs, splice, type Replacement } from './edit-text.ts';
import { parseColumn, parseColumnClause, parseType } from './fragments.ts';
import { clausesOf, findColumn, type ColumnDefinition, type TableDefinition } from './table-definition.ts';
import { TableEditError } from './table-edit-error.ts';

/** What `dropColumn` may take along. */
interface DropColumnOptions {
  /** Also drops the foreign keys of the table that the column is part of; `false` by default. */
  readonly foreignKeys?: boolean;
}

/**
 * Writes the statement for a table of another name. Foreign keys that refer to the table itself go on naming the old one,
 * and its columns by the names they had; where the old name stands before a column (`animal.legs`) it is left out, since
 * there is no other table it could be of.
 *
 * @param name as SQL writes it: `main."beast"`.
 */
export function renameTable(definition: TableDefinition, name: string): string {
  const qualifiers = mentionsIn(definition).flatMap(({ qualifier }) =>
    qualifier && sameName(qualifier.table, definition.name) ? [{ ...qualifier, text: '' }] : [],
  );
  const references = clausesIn(definition).flatMap(clause =>
    refersToItself(definition, clause)
      ? clause.references.mentions.flatMap(place => underOldName(definition, place))
      : [],
  );
  return splice(definition.sql, [{ ...definition.nameSpan, text: name }, ...qualifiers, ...references]);
}

function underOldName({ columns }: TableDefinition, { column, from, to }: Mention): Replacement[] {
  const origin = columns.find(({ name }) => sameName(name, column))?.origin;
  return origin === undefined || sameName(origin, column) ? [] : [{ from, to, text: quoteName(origin) }];
}

/**
 * Adds a column behind the others.
 *
 * @param text the column as it stands in a `create table`: name, type, clauses.
 * @throws {@link TableEditError} if the text is not one column, or the name is taken.
 */
export function addColumn(definition: TableDefinition, text: string): TableDefinition {
  const column = parseColumn(definition.name, text);
  refuseTaken(definition, column.said.name);
  return rewrite(definition, insertColumn(definition, column.text));
}

/**
 * Drops a column with all clauses about it alone.
 *
 * @throws {@link TableEditError} if it is the only column, (part of) the primary key, or named by anything that stays: another
 *   constraint, another column's check or expression, a foreign key of the table to itself.
 */
export function dropColumn(
  definition: TableDefinition,
  name: string,
  { foreignKeys = false }: DropColumnOptions = {},
): TableDefinition {
  const column = findColumn(definition, name);
  const names = (mention: Mention) => sameName(mention.column, name);
  const mayGo = (clause: Clause) => foreignKeys && clause.kind === 'foreign key' && clause.mentions.some(names);

  if (definition.columns.length === 1) throw refusal(column, definition, 'is its only column');
  if (clausesOf(column, 'primary key').length > 0) throw refusal(column, definition, 'is its primary key');
  const others = definition.columns.filter(other => other !== column).flatMap(other => other.clauses);
  const inUse = [...others, ...definition.constraints]
    .filter(clause => !mayGo(clause) && mentionsOf(definition, clause).some(names))
    .map(clause => clause.text);
  if (inUse.length > 0) throw refusal(column, definition, `is used by ${inUse.join('; ')}`);

  const alone = definition.constraints.find(mayGo);
  if (alone === undefined) return rewrite(definition, removeItem(definition, column));
  return dropColumn(rewrite(definition, removeItem(definition, alone)), name, { foreignKeys });
}

/**
 * Gives a column another name, here and wherever the definition names it: keys, unique constraints, checks, generated
 * columns, foreign keys of the table to itself.
 *
 * @throws {@link TableEditError} if there is no such column, or another one has the new name.
 */
export function renameColumn(definition: TableDefinition, name: string, to: string): TableDefinition {
  const column = findColumn(definition, name);
  if (!sameName(name, to)) refuseTaken(definition, to);
  const places = mentionsIn(definition).filter(mention => sameName(mention.column, name));
  const changes = [column.nameSpan, ...places].map(({ from, to: end }) => ({ from, to: end, text: quoteName(to) }));
  return rewriteAs(definition, changes, renamed => (sameName(renamed.name, to) ? name : renamed.name));
}

/** Replaces a column's type; empty takes it away. */
export function setType(definition: TableDefinition, name: string, type: string): TableDefinition {
  const column = findColumn(definition, name);
  const text = parseType(definition.name, type);
  return rewrite(definition, [text === '' ? removeClause(definition, column.typeSpan) : { ...column.typeSpan, text }]);
}

/** Forbids nulls in a column. */
export function setNotNull(definition: TableDefinition, name: string): TableDefinition {
  if (clausesOf(findColumn(definition, name), 'not null').length > 0) return definition;
  return putClause(dropClauses(definition, name, 'null'), name, 'not null');
}

/** Allows nulls in a column. */
export function dropNotNull(definition: TableDefinition, name: string): TableDefinition {
  return dropClauses(definition, name, 'not null');
}

/**
 * Gives a column a default.
 *
 * @param expression what follows `default`: a literal, or an expression in parentheses.
 */
export function setDefault(definition: TableDefinition, name: string, expression: string): TableDefinition {
  return putClause(definition, name, `default ${expression}`);
}

/** Takes a column's default away. */
export function dropDefault(definition: TableDefinition, name: string): TableDefinition {
  return dropClauses(definition, name, 'default');
}

/** Sets the collation by which a column's texts are compared. */
export function setCollation(definition: TableDefinition, name: string, collation: string): TableDefinition {
  return putClause(definition, name, `collate ${quoteName(collation)}`);
}

/** Lets a column's texts be compared byte by byte again. */
export function dropCollation(definition: TableDefinition, name: string): TableDefinition {
  return dropClauses(definition, name, 'collate');
}

/**
 * Lets a column be computed from others.
 *
 * @throws {@link TableEditError} if it has a default or is the primary key, which SQLite refuses.
 */
export function setGenerated(
  definition: TableDefinition,
  name: string,
  expression: string,
  { stored = false }: { readonly stored?: boolean } = {},
): TableDefinition {
  const column = findColumn(definition, name);
  if (clausesOf(column, 'default').length > 0)
    throw refusal(column, definition, 'has a default. Drop the default first');
  if (clausesOf(column, 'primary key').length > 0) throw refusal(column, definition, 'is its primary key');
  return putClause(definition, name, `generated always as (${expression}) ${stored ? 'stored' : 'virtual'}`);
}

/** Turns a generated column into one that is written. A rebuild keeps what was computed last. */
export function dropGenerated(definition: TableDefinition, name: string): TableDefinition {
  return dropClauses(definition, name, 'generated');
}

/**
 * Says one more thing about a column: a check, a foreign key, `unique`.
 *
 * @throws {@link TableEditError} if the text is not one clause.
 */
export function addClause(definition: TableDefinition, name: string, text: string): TableDefinition {
  const column = findColumn(definition, name);
  const clause = parseColumnClause(definition.name, text);
  return rewrite(definition, [{ from: column.to, to: column.to, text: ` ${clause.text}` }]);
}

/** Replaces the clause of that kind, which keeps its name, or writes a new one behind the type. */
function putClause(definition: TableDefinition, name: string, text: string): TableDefinition {
  const column = findColumn(definition, name);
  const clause = parseColumnClause(definition.name, text);
  const [first, ...more] = clausesOf(column, clause.said.kind);
  if (first === undefined) return rewrite(definition, [insertClause(column, clause.text)]);
  const replaced = { from: first.body, to: first.to, text: clause.text };
  return rewrite(definition, [replaced, ...more.map(other => removeClause(definition, other))]);
}

/** A new clause stands behind the type, a default behind `not null`. */
function insertClause(column: ColumnDefinition, text: string): Replacement {
  const [notNull] = clausesOf(column, 'not null');
  const place = text.startsWith('default') && notNull ? notNull.to : column.typeSpan.to;
  return { from: place, to: place, text: ` ${text}` };
}

function dropClauses(definition: TableDefinition, name: string, kind: Clause['kind']): TableDefinition {
  const clauses = clausesOf(findColumn(definition, name), kind);
  return rewrite(
    definition,
    clauses.map(clause => removeClause(definition, clause)),
  );
}

/** Every place in the definition, but for a column's own name, where a column of the table is named. */
function mentionsIn(definition: TableDefinition): Mention[] {
  return clausesIn(definition).flatMap(clause => mentionsOf(definition, clause));
}

function clausesIn(definition: TableDefinition): Clause[] {
  return [...definition.columns.flatMap(column => column.clauses), ...definition.constraints];
}

function mentionsOf(definition: TableDefinition, clause: Clause): readonly Mention[] {
  return refersToItself(definition, clause) ? [...clause.mentions, ...clause.references.mentions] : clause.mentions;
}

function refersToItself({ name }: TableDefinition, clause: Clause): clause is Clause & { kind: 'foreign key' } {
  return clause.kind === 'foreign key' && sameName(clause.references.table, name);
}

function refuseTaken(definition: TableDefinition, name: string): void {
  const taken = definition.columns.some(column => sameName(column.name, name));
  if (taken) throw new TableEditError(definition.name, `already has a column ${JSON.stringify(name)}`);
}

function refusal(column: ColumnDefinition, { name }: TableDefinition, reason: string): TableEditError {
  return new TableEditError(name, `column ${JSON.stringify(column.name)} ${reason}`);
}
