import type { AbstractSqlPlatform, DatabaseTable, SchemaHelper } from '@mikro-orm/sql';
import { ownName, stored } from './names.ts';

/** Something of a table that has a name of its own. */
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

/**
 * The name a part of a table would have, had the table and its column always been called what they are called now;
 * `undefined` if it was not named after them, but by somebody.
 */
export function followingName(
  helper: SchemaHelper,
  wanted: DatabaseTable,
  part: NamedPart,
  renaming: Renaming,
): string | undefined {
  const { table, column } = renaming;
  const back = (name: string) => (name === column?.to ? column.from : name);
  const before = derivedNames(helper, part, table.from, part.columns.map(back));
  const after = derivedNames(helper, part, table.to, part.columns);
  const index = before.indexOf(part.name);
  if (index >= 0) {
    // a primary key that an entity has named is never derived
    const isNamed = part.kind === 'primary' && helper.hasNonDefaultPrimaryKeyName(wanted);
    return isNamed ? wanted.getPrimaryKey()?.keyName : after[index];
  }
  return part.kind === 'index' || part.kind === 'unique' ? followingPath(helper, wanted, part, renaming) : undefined;
}

/** An index over paths into JSON is one of expressions to PostgreSQL: only the entity knows its columns. */
function followingPath(
  helper: SchemaHelper,
  wanted: DatabaseTable,
  part: NamedPart,
  { table, column }: Renaming,
): string | undefined {
  const back = (path: string) =>
    column && path.split('.')[0] === column.to ? path.replace(column.to, () => column.from) : path;
  return wanted
    .getIndexes()
    .filter(index => index.columnNames.some(path => path.includes('.')))
    .find(({ columnNames }) => derivedNames(helper, part, table.from, columnNames.map(back)).includes(part.name))
    ?.keyName;
}

/** The names that MikroORM and PostgreSQL would give it, as PostgreSQL stores them. */
function derivedNames(helper: SchemaHelper, { kind }: NamedPart, table: string, columns: readonly string[]): string[] {
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
      // one of the table has none of its columns in its name, one of a property has that of the property
      return [given(kind, []), given(kind), ...columns.map(column => given(kind, [column]))];
    case 'primary':
      return [ownName(table, undefined, 'pkey'), given(kind)];
    case 'not null':
      return columns.map(column => ownName(table, column, 'not_null'));
    case 'sequence':
      return columns.flatMap(column => [ownName(table, column, 'seq'), given(kind, [column])]);
    case 'function':
      return columns.map(trigger => stored(`${table}_${trigger}_fn`));
    case 'policy':
      return columns.map(rest => stored(`${table}_${rest}`));
  }
}

function platformOf(helper: SchemaHelper): AbstractSqlPlatform {
  // protected in MikroORM, which has no other way to its names for a table of any name
  return helper['platform'];
}
