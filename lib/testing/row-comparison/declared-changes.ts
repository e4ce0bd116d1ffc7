import type { DumpedTable } from '../../dump/values/dumped-tables.ts';
import type { Subject } from '../law.ts';

/** Whether the user declared that the step to a version changes a table, or values of a column. */
export function declaredChanges({ options: { changes } }: Subject, version: number) {
  const paths = (changes[version] ?? []).map(path => path.split('.').map(plain));
  return ({ title, entities }: DumpedTable, column?: string): boolean => {
    const names = [title, ...entities].map(plain);
    return paths.some(([entity = '', property]) => {
      if (!names.includes(entity)) return false;
      if (column === undefined || property === undefined) return property === undefined;
      return [plain(column), plain(column.replace(/_id$/, ''))].includes(property);
    });
  };
}

/** Names of properties and of columns differ by naming strategies. */
function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
