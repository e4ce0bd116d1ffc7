import type { Column, DatabaseTable, SchemaHelper } from '@mikro-orm/sql';
import { OperationError } from '../../../errors.ts';
import type { Change, TableName } from '../changes.ts';
import type { EditContext, Sql } from '../editor.ts';
import {
  addClause,
  addColumn,
  dropCollation,
  dropColumn,
  dropDefault,
  dropGenerated,
  dropNotNull,
  renameColumn,
  setCollation,
  setDefault,
  setGenerated,
  setNotNull,
  setType,
} from './columns.ts';
import { addConstraint, dropConstraint, setPrimaryKey } from './constraints.ts';
import { clausesOf, findColumn, parseTable, type TableDefinition } from './definition.ts';
import { affinityOf, defaultOf, split, typeOf } from './difference.ts';
import { TableEditError } from './error.ts';
import { canAddInPlace, canDropInPlace } from './in-place.ts';
import { quoteName, quoteText, sameName } from './names.ts';
import { rebuildTable } from './rebuild.ts';

type TableChange = Exclude<Change, { kind: 'add index' | 'drop index' }>;

/** Carries out the changes of one table; indexes that go make room before, and those that come find everything there. */
export async function change(context: EditContext, table: TableName, changes: readonly Change[]): Promise<void> {
  const { sql, helper, wanted } = context;
  try {
    for (const one of changes) if (one.kind === 'drop index') await sql.execute(`drop index ${quoteName(one.name)}`);
    const edits = changes.filter((one): one is TableChange => one.kind !== 'drop index' && one.kind !== 'add index');
    if (edits.length > 0) await changeTable(context, table.name, edits);
    for (const one of changes) if (one.kind === 'add index') await sql.execute(helper.createIndex(one.index, wanted));
  } catch (error) {
    if (!(error instanceof TableEditError)) throw error;
    throw new OperationError(error.message, { table: error.table, cause: error });
  }
}

async function changeTable(
  { sql, helper, wanted }: EditContext,
  table: string,
  changes: readonly TableChange[],
): Promise<void> {
  const [found] = await sql.execute(
    `select sql from sqlite_master where type = 'table' and lower(name) = lower(${quoteText(table)})`,
  );
  if (!found) throw new TableEditError(table, 'is not there');
  const definition = parseTable(String(found.sql));
  if (await changeInPlace(sql, definition, changes)) return;

  const fills: Record<string, string> = {};
  const edit = (before: TableDefinition) =>
    changes.reduce((edited, one) => apply(edited, one, { helper, wanted, fills }), before);
  await rebuildTable(sql, definition.name, edit, { fills, dropIndexes: true });
}

/** Takes SQLite's own way where it leads to the same and rewrites nothing. */
async function changeInPlace(sql: Sql, definition: TableDefinition, changes: readonly TableChange[]): Promise<boolean> {
  const table = quoteName(definition.name);
  const only = (kind: TableChange['kind']) => changes.every(one => one.kind === kind);
  if (only('rename column')) {
    for (const one of changes) {
      if (one.kind !== 'rename column') continue;
      await sql.execute(`alter table ${table} rename column ${quoteName(one.from)} to ${quoteName(one.to)}`);
    }
    return true;
  }
  if (only('add column')) {
    const columns = changes.flatMap(one =>
      one.kind === 'add column' ? [{ ...one, text: columnText(one.column) }] : [],
    );
    if (!columns.every(({ text }) => canAddInPlace(definition, text))) return false;
    for (const { text } of columns) await sql.execute(`alter table ${table} add column ${text}`);
    const set = columns.filter(one => one.fill !== undefined).map(one => `${quoteName(one.column.name)} = ${one.fill}`);
    if (set.length > 0) await sql.execute(`update ${table} set ${set.join(', ')}`);
    return true;
  }
  const [first, ...more] = changes;
  if (first?.kind === 'drop column' && more.length === 0 && canDropInPlace(definition, first.name)) {
    // triggers and views are read as a whole by a rebuild, which tells what stands in the way
    const [dependents] = await sql.execute(
      `select count(*) as n from sqlite_master where type in ('trigger', 'view') or (type = 'index' and lower(tbl_name) = lower(${quoteText(definition.name)}) and sql is not null)`,
    );
    if (dependents?.n !== 0) return false;
    await sql.execute(`alter table ${table} drop column ${quoteName(first.name)}`);
    return true;
  }
  return false;
}

interface Making {
  readonly helper: SchemaHelper;
  readonly wanted: DatabaseTable;
  /** What columns get, over the table as it was; filled in on the way. */
  readonly fills: Record<string, string>;
}

/** One change as an edit of the definition. */
function apply(definition: TableDefinition, one: TableChange, making: Making): TableDefinition {
  switch (one.kind) {
    case 'add column':
      if (one.fill !== undefined) making.fills[one.column.name] = one.fill;
      return addColumn(definition, columnText(one.column));
    case 'drop column':
      return dropColumn(definition, one.name, { foreignKeys: true });
    case 'rename column':
      return renameColumn(definition, one.from, one.to);
    case 'alter column':
      return alterColumn(definition, one, making);
    case 'add check': {
      const { columnName, expression, name } = one.check;
      // MikroORM writes what it checks of one column beside it, without a name
      if (columnName !== undefined) return addClause(definition, columnName, `check (${String(expression)})`);
      return addConstraint(definition, `constraint ${quoteName(name)} check (${String(expression)})`);
    }
    case 'drop check':
      return dropConstraint(definition, one.name === '' ? { check: one.expression ?? '' } : { name: one.name });
    case 'add foreign key':
      return addConstraint(definition, making.helper.createForeignKey(making.wanted, one.foreignKey, false));
    case 'drop foreign key':
      return dropConstraint(definition, { foreignKey: one.columns });
    case 'set primary key':
      return setPrimaryKey(definition, one.columns);
  }
}

function alterColumn(
  definition: TableDefinition,
  one: TableChange & { kind: 'alter column' },
  { fills }: Making,
): TableDefinition {
  const { name, column } = one;
  const before = findColumn(definition, name);
  const type = typeOf(column);
  const value = one.using ?? castTo(before.origin ?? name, before.type, type);
  const filled = one.fill === undefined ? value : `coalesce(${value ?? quoteName(before.origin ?? name)}, ${one.fill})`;
  if (filled !== undefined && !column.generated) fills[name] = filled;

  let edited = definition;
  const isGenerated = clausesOf(before, 'generated').length > 0;
  if (isGenerated && !column.generated) edited = dropGenerated(edited, name);
  if (!sameName(before.type, type)) edited = setType(edited, name, type);
  edited = column.nullable || column.generated ? dropNotNull(edited, name) : setNotNull(edited, name);
  const text = defaultOf(column);
  edited = text === undefined || column.generated ? dropDefault(edited, name) : setDefault(edited, name, text);
  edited = column.collation ? setCollation(edited, name, column.collation) : dropCollation(edited, name);
  if (!column.generated) return edited;
  const { expression, stored } = split(column.generated);
  return setGenerated(edited, name, expression, { stored });
}

/** A value keeps its storage class when it is copied; what becomes a number or a text is told to. */
function castTo(name: string, from: string, to: string): string | undefined {
  const [is, asked] = [affinityOf(from), affinityOf(to)];
  if (is === asked || asked === 'blob' || asked === 'numeric') return undefined;
  return `cast(${quoteName(name)} as ${asked})`;
}

/** A column as MikroORM writes it in `create table`. */
function columnText(column: Column): string {
  const text = defaultOf(column);
  return [
    quoteName(column.name),
    typeOf(column),
    column.generated && `generated always as ${column.generated}`,
    column.collation && `collate ${column.collation}`,
    column.nullable ? 'null' : !column.generated && 'not null',
    column.primary && 'primary key',
    column.autoincrement && 'autoincrement',
    text !== undefined && !column.generated && `default ${text}`,
  ]
    .filter(Boolean)
    .join(' ');
}
