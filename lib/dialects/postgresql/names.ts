import type { DatabaseTable, SchemaHelper } from '@mikro-orm/sql';
import { platformOf } from '../../mikro-orm/schema-helper-parts.ts';
import { cutName } from '../../sql/cut-name.ts';
import { isDerivedKind, isGivenName, unnamedExpressions } from '../table-names.ts';

/** The longest name PostgreSQL keeps, in bytes; longer names are cut without an error. */
const LONGEST = 63;

/** A name as PostgreSQL stores it: cut after 63 bytes, never inside a character. */
export function stored(name: string): string {
  return cutName(name, LONGEST);
}

/** Tells whether PostgreSQL keeps two names as one. */
export function sameName(one: string, other: string): boolean {
  return one === other || stored(one) === stored(other);
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
  const names = column === undefined ? [cutName(table, ofTable)] : [cutName(table, ofTable), cutName(column, ofColumn)];
  return [...names, label].join('_');
}

/** A named part of a table. */
export interface NamedPart {
  readonly kind: 'index' | 'unique' | 'foreign' | 'check' | 'primary' | 'not null' | 'sequence' | 'function' | 'policy';
  readonly name: string;
  /**
   * The columns it is over, as they are called now; none for an expression. Of a function its trigger, of a policy what
   * follows the table's name.
   */
  readonly columns: readonly string[];
}

/** A table, or a column of it, that is called otherwise now. */
export interface Renaming {
  readonly table: { readonly from: string; readonly to: string };
  readonly column?: { readonly from: string; readonly to: string } | undefined;
}

/** What of a table else gives names: each its columns, and each group of them that refers to another table, as they are called now. */
type NamingColumns = readonly (readonly string[])[];

/**
 * The name a part of a table would have, had the table and its column always been called what they are called now;
 * `undefined` if it has a custom name.
 */
export function followingName(
  helper: SchemaHelper,
  wanted: DatabaseTable,
  part: NamedPart,
  renaming: Renaming,
  others: NamingColumns = [],
): string | undefined {
  const { kind } = part;
  if (isDerivedKind(kind) && isGivenName(platformOf(helper), wanted, { kind, name: part.name }, stored))
    return undefined;
  const { column } = renaming;
  const table = { from: declaredName(wanted, renaming.table.from), to: declaredName(wanted, renaming.table.to) };
  const back = (name: string) => (name === column?.to ? column.from : name);
  const before = derivedNames(
    helper,
    { ...part, columns: part.columns.map(back) },
    table.from,
    others.map(one => one.map(back)),
  );
  const after = derivedNames(helper, part, table.to, others);
  const index = before.indexOf(part.name);
  if (index >= 0) {
    // A primary key that an entity has named is never derived
    const isNamed = part.kind === 'primary' && helper.hasNonDefaultPrimaryKeyName(wanted);
    return isNamed ? wanted.getPrimaryKey()?.keyName : after[index];
  }
  return part.kind === 'index' || part.kind === 'unique'
    ? followingPath(helper, wanted, part, { table, column })
    : undefined;
}

/** A name that is too long is known by its remaining part, and other names are made of the whole. */
function declaredName({ name }: DatabaseTable, table: string): string {
  return stored(name) === table ? name : table;
}

/** An index over paths into JSON, or one written as SQL, is one of expressions to PostgreSQL: only the entity knows its columns. */
function followingPath(
  helper: SchemaHelper,
  wanted: DatabaseTable,
  part: NamedPart,
  { table, column }: Renaming,
): string | undefined {
  const back = (path: string) =>
    column && path.split('.')[0] === column.to ? path.replace(column.to, () => column.from) : path;
  const paths = wanted.getIndexes().filter(index => index.columnNames.some(path => path.includes('.')));
  return [...paths, ...unnamedExpressions(platformOf(helper), wanted)].find(({ columnNames }) =>
    derivedNames(helper, { ...part, columns: columnNames.map(back) }, table.from, []).includes(part.name),
  )?.keyName;
}

/** The names that MikroORM and PostgreSQL would give it, as PostgreSQL stores them. */
function derivedNames(
  helper: SchemaHelper,
  { kind, columns }: NamedPart,
  table: string,
  others: NamingColumns,
): string[] {
  const given = (
    type: 'index' | 'unique' | 'foreign' | 'check' | 'primary' | 'sequence',
    of: readonly string[] = columns,
  ) => stored(platformOf(helper).getIndexName(table, [...of], type));
  switch (kind) {
    case 'index':
    case 'unique':
    case 'foreign':
      return [given(kind)];
    case 'check':
      // One of the table has none of its columns in its name, one of a property has those of the property, also if it says nothing about them
      return [[], columns, ...columns.map(column => [column]), ...others].map(of => given(kind, of));
    case 'primary':
      return [ownName(stored(table), undefined, 'pkey'), given(kind)];
    case 'not null':
      return columns.map(column => ownName(stored(table), stored(column), 'not_null'));
    case 'sequence':
      return columns.flatMap(column => [ownName(stored(table), stored(column), 'seq'), given(kind, [column])]);
    case 'function':
      return columns.map(trigger => stored(`${table}_${trigger}_fn`));
    case 'policy':
      return columns.map(rest => stored(`${table}_${rest}`));
  }
}
