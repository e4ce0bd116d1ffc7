import type { Column } from '@mikro-orm/sql';
import { qualify, quoteEscaped } from '../../../sql/quoting.ts';
import { OperationError } from '../../../errors.ts';
import { textsIn } from '../../../sql/expressions.ts';
import type { EditContext, Sql } from '../../table-editor.ts';

/** A native enum as an entity names it. */
interface EnumName {
  /** Its name as SQL says it. */
  readonly sql: string;
  /** Whether the column holds lists of it. */
  readonly isArray: boolean;
}

/** A native enum as it is. */
export interface LiveEnum {
  readonly oid: string;
  /** Of the type of lists of it. */
  readonly arrayOid: string;
  readonly namespace: string;
  readonly name: string;
  /** As columns say it. */
  readonly type: string;
  readonly items: readonly string[];
}

/** The native enum that a column is of, where it is one; named as MikroORM names it in a `create table`. */
export function enumNameOf(
  { helper, wanted }: Pick<EditContext, 'helper' | 'wanted'>,
  column: Column,
): EnumName | undefined {
  if (column.nativeEnumName === undefined) return undefined;
  const isArray = column.type.endsWith('[]');
  const type = isArray ? column.type.slice(0, -2) : column.type;
  // A star stands for the namespace of the table
  const full = type.startsWith('*.') ? `${wanted.schema}.${type.slice(2)}` : type;
  const [namespace, name] = full.includes('.') ? split(full) : split(helper.getTableName(full, wanted.schema));
  return { sql: qualify(namespace, name), isArray };
}

function split(full: string): [string | undefined, string] {
  const dot = full.indexOf('.');
  return dot < 0 ? [undefined, full] : [full.slice(0, dot), full.slice(dot + 1)];
}

/** Reads a native enum; `undefined` if there is none of that name. */
export async function readEnum(sql: Sql, { sql: name }: Pick<EnumName, 'sql'>): Promise<LiveEnum | undefined> {
  const [row] = await sql.execute(
    `select pg_catalog.quote_literal(t.oid::pg_catalog.text) as oid, pg_catalog.quote_literal(t.typarray::pg_catalog.text) as array_oid, n.nspname as namespace, t.typname as name, ` +
      `pg_catalog.format_type(t.oid, null) as type, ` +
      `(select coalesce(pg_catalog.json_agg(e.enumlabel order by e.enumsortorder), '[]')::pg_catalog.text from pg_catalog.pg_enum e where e.enumtypid = t.oid) as items ` +
      `from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace where t.oid = pg_catalog.to_regtype(${quoteEscaped(name)}) and t.typtype = 'e'`,
  );
  if (!row) return undefined;
  return {
    oid: String(row.oid),
    arrayOid: String(row.array_oid),
    namespace: String(row.namespace),
    name: String(row.name),
    type: String(row.type),
    items: JSON.parse(String(row.items)) as string[],
  };
}

/**
 * Tells whether a statement creates a native enum that is there already. One of other items that columns are made of is left
 * to what alters those.
 *
 * @throws {@link OperationError} showing both, if nothing is made of the one that is there, and it has other items
 */
export async function isEnumThatIsThere(sql: Sql, statement: string): Promise<boolean> {
  const [, type] = /^create type (.+?) as enum /i.exec(statement) ?? [];
  if (type === undefined) return false;
  const live = await readEnum(sql, { sql: type });
  if (!live) return false;
  const items = textsIn(statement);
  if (live.items.join('\0') === items.join('\0')) return true;
  const [used] = await sql.execute(
    `select 1 as used from pg_catalog.pg_attribute where atttypid in (${live.oid}, ${live.arrayOid}) and not attisdropped limit 1`,
  );
  if (used) return true;
  const [is, wanted] = [live.items.join(', '), items.join(', ')];
  throw new OperationError(
    `the enum ${type} already exists, but differs: its items are ${is}, wanted ${wanted}. Drop it first.`,
  );
}

/** The statement that creates a native enum. */
export function createEnumSql(name: string, items: readonly string[] = []): string {
  return `create type ${name} as enum (${items.map(quoteEscaped).join(', ')})`;
}
