import { parseStmt } from 'sqlite3-parser';
import type { Clause } from '../../../../lib/dialects/sqlite/table-text/clauses.ts';
import { parseTable, type TableDefinition } from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { fold } from '../../../../lib/sql/same-names.ts';

/** What both readings say. */
interface Said {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly clauses: readonly string[] }[];
  readonly constraints: readonly string[];
}

// oxlint-disable-next-line typescript/no-explicit-any -- its tree, of which little is looked at
type Node = any;

const KINDS: Readonly<Record<string, string>> = {
  PrimaryKey: 'primary key',
  NotNull: 'not null',
  Default: 'default',
  Check: 'check',
  Generated: 'generated',
  Collate: 'collate',
  Unique: 'unique',
  ForeignKey: 'foreign key',
};

function kindOf({ constraint }: Node): string[] {
  const kind = String(constraint.type).replace(/(?:Column|Table)Constraint$/, '');
  // `null` says nothing, and `deferrable` belongs to the foreign key before it.
  if (kind === 'Defer' || (kind === 'NotNull' && constraint.nullable === true)) return [];
  if (kind !== 'ForeignKey') return [KINDS[kind] ?? kind];
  const { clause } = constraint;
  const names = (clause.columns ?? []).map(({ colName }: Node) => fold(colName.text));
  return [`foreign key to ${fold(clause.tblName.text)} (${names.join(', ')})`];
}

/** What a parser that is made from SQLite's own grammar says of the text of a table. */
export function oracle(sql: string): Said {
  const parsed = parseStmt(sql);
  if (parsed.status === 'error') throw new Error(parsed.errors.join('\n'));
  const { tblName, body } = parsed.root as Node;
  return {
    name: tblName.objName.text,
    columns: body.columns.map(({ colName, colType, constraints }: Node) => ({
      name: colName.text,
      type: typeOf(colType),
      clauses: constraints.flatMap(kindOf),
    })),
    constraints: (body.constraints ?? []).flatMap(kindOf),
  };
}

/** SQLite itself takes these words out of a type. https://www.sqlite.org/gencol.html */
function typeOf(type: Node): string {
  return fold(String(type?.name ?? '').replace(/\s*generated always$/i, ''));
}

function read({ name, columns: all, constraints }: TableDefinition): Said {
  return {
    name,
    columns: all.map(column => ({
      name: column.name,
      type: fold(column.type.replace(/\s*\(.*$/s, '').replaceAll(/^"|"$/g, '')),
      clauses: column.clauses.flatMap(showClause),
    })),
    constraints: constraints.flatMap(showClause),
  };
}

function showClause(clause: Clause): string[] {
  if (clause.kind === 'null') return [];
  if (clause.kind !== 'foreign key') return [clause.kind];
  const { references } = clause as Node;
  return [`foreign key to ${fold(references.table)} (${references.columns.map(fold).join(', ')})`];
}

/** What we say of the text of a table. */
export function ours(sql: string): Said {
  return read(parseTable(sql));
}
