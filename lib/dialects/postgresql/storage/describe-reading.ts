import { qualify, quoteName } from '../../../sql/quoting.ts';
import type {
  LiveCheck,
  LiveColumn,
  LiveExtra,
  LiveForeignKey,
  LiveIndex,
  LiveTable,
  LiveTrigger,
  TableName,
  Unproven,
} from '../../table-changes.ts';

type Text = string | null;

/** What was read of a table or view: lists of texts for what it has many of, `null` where it has none. */
interface RelationReading extends Pick<LiveTable, 'name' | 'kind'> {
  /** The namespace it is in. */
  readonly own: string;
  readonly columns: readonly (readonly Text[])[] | null;
  /** The numbers of its columns. */
  readonly primaryKey: Text;
  readonly indexes: readonly (readonly Text[])[] | null;
  readonly checks: readonly (readonly Text[])[] | null;
  readonly foreignKeys: readonly (readonly Text[])[] | null;
  readonly triggers: NonNullable<LiveTable['triggers']> | null;
  readonly comment: Text;
  readonly definition?: Text;
  readonly materialized?: boolean | null;
  readonly extras?: readonly (readonly Text[])[] | null;
}

/** Describes what was read of a table, under the name that it was asked for by. */
export function describeReading(reading: string, { namespace }: TableName): LiveTable {
  // As text, since an application may have told the driver to read JSON its own way
  const { own, columns, primaryKey, indexes, checks, foreignKeys, triggers, extras, ...read } = JSON.parse(
    reading,
  ) as RelationReading;
  const names = new Map(columns?.map(([number, name]) => [String(number), String(name)]));
  const { comment, definition, materialized } = read;
  const table = qualify(namespace, read.name);
  const ofColumns = checks?.filter(isOfColumn) ?? [];
  return {
    name: read.name,
    namespace,
    kind: read.kind,
    columns: columns?.map(column => withNotNull(describeColumn(column), { table, ofColumns, names })) ?? [],
    primaryKey: namesIn(primaryKey, names),
    indexes: indexes?.map(index => describeIndex(index, names)) ?? [],
    checks: checks?.filter(check => !isOfColumn(check)).map(check => describeCheck(check, table)) ?? [],
    // A neighbour in the table's own namespace is named as the table itself was
    foreignKeys:
      foreignKeys?.map(key =>
        describeForeignKey(key, { table, names, asNamed: home => (home === own ? namespace : home) }),
      ) ?? [],
    ...(triggers && { triggers: triggers.map(withoutNulls) as LiveTrigger[] }),
    ...(typeof comment === 'string' && { comment }),
    ...(typeof definition === 'string' && { definition }),
    ...(typeof materialized === 'boolean' && { materialized }),
    ...(extras && { extras: extras.map(describeExtra) }),
  };
}

function describeColumn([, name, type, nullable, byDefault, generated, collation, comment, items]: readonly Text[]) {
  return withoutNulls({
    name,
    type,
    nullable: nullable !== '',
    default: byDefault,
    generated,
    collation,
    comment,
    items: items === null || items === undefined ? null : (JSON.parse(items) as string[]),
  }) as LiveColumn;
}

/** Whether a constraint is the `NOT NULL` of a column. */
function isOfColumn([, , , column]: readonly Text[]): boolean {
  return column !== null && column !== undefined;
}

interface NotNulls {
  /** The table, as a statement names it. */
  readonly table: string;
  readonly ofColumns: readonly (readonly Text[])[];
  readonly names: NamesByNumber;
}

function withNotNull(column: LiveColumn, { table, ofColumns, names }: NotNulls): LiveColumn {
  if (ofColumns.length === 0) return column;
  const found = ofColumns.find(([, , , number]) => namesIn(number, names).includes(column.name));
  return found ? { ...column, unproven: describeUnproven(found[0], found[2], table) } : column;
}

function describeCheck([name, expression, unproven]: readonly Text[], table: string): LiveCheck {
  return withoutNulls({
    name,
    expression,
    unproven: describeUnproven(name, unproven, table),
  }) as LiveCheck;
}

/** @param definition of a constraint that does not hold for all rows; empty otherwise. */
function describeUnproven(name: Text | undefined, definition: Text | undefined, table: string): Unproven | undefined {
  if (typeof definition !== 'string') return undefined;
  const constraint = quoteName(String(name));
  const enforced = definition.replace(/ NOT ENFORCED$/, '');
  if (enforced === definition)
    return { state: 'not valid', fix: `alter table ${table} validate constraint ${constraint}` };
  // Only a foreign key can be enforced as it stands. https://www.postgresql.org/docs/18/sql-altertable.html
  const isKey = enforced.startsWith('FOREIGN KEY');
  const how = isKey
    ? `alter constraint ${constraint} enforced`
    : `drop constraint ${constraint}, add constraint ${constraint} ${enforced}`;
  return { state: 'not enforced', fix: `alter table ${table} ${how}` };
}

function describeIndex([name, unique, columns, definition]: readonly Text[], names: NamesByNumber): LiveIndex {
  return {
    name: String(name),
    unique: unique !== '',
    columns: namesIn(columns, names),
    definition: String(definition),
  };
}

function describeForeignKey(
  [name, columns, parent, namespace, referenced, onDelete, onUpdate, deferMode, unproven]: readonly Text[],
  { table, names, asNamed }: Pick<NotNulls, 'table' | 'names'> & { asNamed: (home: string) => string | undefined },
): LiveForeignKey {
  return withoutNulls({
    name,
    columns: namesIn(columns, names),
    references: { name: parent, namespace: asNamed(String(namespace)) },
    referencedColumns: JSON.parse(String(referenced)) as string[],
    onDelete,
    onUpdate,
    deferMode,
    unproven: describeUnproven(name, unproven, table),
  }) as LiveForeignKey;
}

function describeExtra([kind, name, definition]: readonly Text[]): LiveExtra {
  return { kind: kind as LiveExtra['kind'], name: String(name), definition: String(definition) };
}

/** The names of columns by their numbers. */
type NamesByNumber = ReadonlyMap<string, string>;

/** The columns that an array of numbers says, as text: `{1,3}`. None, where one of them is an expression: number 0. */
function namesIn(numbers: Text | undefined, names: NamesByNumber): string[] {
  const each = numbers?.slice(numbers.indexOf('{') + 1, -1).split(',') ?? [];
  return each.includes('0') ? [] : each.flatMap(number => names.get(number) ?? []);
}

/** Leaves out what there is not: JSON has no undefined. */
function withoutNulls(said: object): object {
  const entries = Object.entries(said).flatMap(([key, value]: [string, unknown]) =>
    value === null || value === undefined ? [] : [[key, isObject(value) ? withoutNulls(value) : value]],
  );
  return Object.fromEntries(entries) as object;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
