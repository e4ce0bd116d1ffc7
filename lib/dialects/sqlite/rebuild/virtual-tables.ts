import { fold, sameName } from '../../../sql/same-names.ts';
import { isMeant, nameOf, tokenize, type SqlToken } from '../../../sql/tokens.ts';
import { isVirtual } from '../read.ts';
import type { SchemaObject } from './schema-objects.ts';

/** A full-text index that reads its values from the rows of a table, by the names that these had when it was made. */
interface RowIndex {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * Finds the full-text indexes whose content is a table. SQLite itself does not know of them: neither a table nor a column
 * that is renamed is renamed in them, and every read fails afterwards.
 *
 * @see https://www.sqlite.org/fts5.html#external_content_tables
 */
export function indexesOverRows(table: string, objects: readonly SchemaObject[]): RowIndex[] {
  return objects.flatMap(({ type, name, sql }) => {
    const parts = type === 'table' && sql !== null ? argumentsOf(sql) : [];
    const content = optionOf(parts, 'content');
    if (content === undefined || !sameName(content, table)) return [];
    const columns = parts.flatMap(([first, second]) => (second?.text === '=' ? [] : [nameOf(first) ?? '']));
    const key = optionOf(parts, 'content_rowid');
    return [{ name, columns: key === undefined ? columns : [...columns, key] }];
  });
}

/** What a virtual table is made with, each as its tokens; nothing for any other table. */
function argumentsOf(sql: string): SqlToken[][] {
  if (!isVirtual(sql)) return [];
  const tokens = tokenize(sql).filter(isMeant);
  const open = tokens.findIndex(({ text }) => text === '(');
  const parts: SqlToken[][] = [[]];
  for (const token of open < 0 ? [] : tokens.slice(open + 1, -1)) {
    if (token.text === ',') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function optionOf(parts: readonly SqlToken[][], name: string): string | undefined {
  const found = parts.find(([first, second]) => fold(nameOf(first) ?? '') === name && second?.text === '=');
  return nameOf(found?.[2]);
}
