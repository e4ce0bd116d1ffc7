import type { Column, DatabaseTable, SchemaHelper } from '@mikro-orm/sql';
import type { LiveColumn, LiveTable } from '../../table-changes.ts';
import type { SpecimenRecipe } from './specimens.ts';
import { asText, columnSql } from '../alter-table/server-spelling.ts';

/** Far from the 1,600 columns that a table can have. */
const COLUMNS_A_TABLE = 400;

/** Columns as entities want them, each kind once, under any name and in any number of tables. */
export interface ColumnDictionary {
  /** What makes the specimens that have them. */
  readonly recipes: readonly SpecimenRecipe[];
  /** How the server spells a column, once the specimens were made and read. */
  spelt(made: readonly (LiveTable | undefined)[], column: Column): LiveColumn | undefined;
}

/** Lists what kinds of columns there are. Those that are computed are not among them: they need their neighbours. @param each how many columns a specimen has */
export function dictionaryOf(
  helper: SchemaHelper,
  tables: readonly DatabaseTable[],
  each = COLUMNS_A_TABLE,
): ColumnDictionary {
  const kinds = new Map<string, number>();
  const positions = new Map<Column, number>();
  const definitions: string[] = [];
  // The same name for all, so that equal kinds are equal texts
  const define = (wanted: DatabaseTable, column: Column, name: string) =>
    columnSql({ helper, wanted }, { ...asText(column), name });
  for (const table of tables) {
    for (const column of table.getColumns().filter(one => !isComputed(one))) {
      const kind = define(table, column, 'c');
      const position = kinds.get(kind) ?? kinds.size;
      positions.set(column, position);
      if (kinds.has(kind)) continue;
      definitions.push(define(table, column, `c${position}`));
      kinds.set(kind, position);
    }
  }
  const count = Math.ceil(definitions.length / each);
  return {
    recipes: Array.from({ length: count }, (_, n): SpecimenRecipe => {
      const columns = definitions.slice(n * each, (n + 1) * each).join(', ');
      return ({ sql }) => [`create table ${sql} (${columns})`];
    }),
    spelt(made, column) {
      const position = positions.get(column) ?? 0;
      return made[Math.floor(position / each)]?.columns[position % each];
    },
  };
}

/** Whether a column is computed from others. */
export function isComputed({ generated }: Column): boolean {
  return generated !== undefined && !generated.includes('identity');
}
