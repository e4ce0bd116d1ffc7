import type { Difference } from '../../difference.ts';
import type { DriftContext } from '../../drift/two-looks.ts';
import { isMeant } from '../../drift/ignore.ts';
import { showFirst } from '../../drift/show-difference.ts';
import { StorageDiffersError } from '../../errors.ts';
import type { DumpedTable } from '../values/dumped-tables.ts';
import type { TableAtHand } from './assert-restorable.ts';

/**
 * Looks at the columns of a database before its rows are read: each column of its version is there, with the type it has,
 * and there is no other, whose values would be lost.
 *
 * @throws {@link StorageDiffersError}
 */
export async function withLiveColumns(
  { guid, held, editor }: DriftContext,
  tables: readonly DumpedTable[],
  { version, extra }: { readonly version: number; readonly extra: readonly string[] },
): Promise<readonly TableAtHand[]> {
  const differences: Difference[] = [];
  const found: TableAtHand[] = [];
  for (const table of tables) {
    const live = await editor.read(held, table);
    if (!live) {
      differences.push({ kind: 'missing', path: [table.title], live: undefined, wanted: table.name });
      continue;
    }
    const { sameName } = editor.likeness;
    const columns = table.columns.map(column => {
      const is = live.columns.find(({ name }) => sameName(name, column.name));
      if (!is)
        differences.push({
          kind: 'missing',
          path: [table.title, 'column', column.name],
          live: undefined,
          wanted: column.type,
        });
      return { ...column, type: is?.type ?? column.type };
    });
    for (const { name, type, generated } of live.columns) {
      if (generated !== undefined || table.columns.some(column => sameName(column.name, name))) continue;
      differences.push({ kind: 'extra', path: [table.title, 'column', name], live: type, wanted: undefined });
    }
    found.push({ table: { ...table, columns }, live });
  }
  const wrong = differences.filter(difference => !isMeant(difference, extra));
  if (wrong.length === 0) return found;
  throw new StorageDiffersError(
    `the storage is not what version ${version} says: ${showFirst(wrong)}. A dump would lose rows or could not be restored. ` +
      `Run \`npx dejavu repair\`, or list the intended extra parts in \`extra\` of the Schema.`,
    { guid, version, differences: wrong },
  );
}
