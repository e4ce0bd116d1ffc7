import { DumpInvalidError } from '../../errors.ts';
import { cutName } from '../../sql/cut-name.ts';
import type { Manifest, ManifestTable } from '../manifest.ts';
import type { DumpedTable } from '../values/dumped-tables.ts';

/** The bytes of a name that every dialect keeps. */
const SHORTEST_LIMIT = 63;

/** A table of a dump, and what it is in the database that it is restored into. */
export interface MatchedTable {
  readonly dumped: ManifestTable;
  readonly table: DumpedTable;
}

/**
 * Finds the tables of a version in a dump.
 *
 * @param all those of the version, and `kept` those that are restored
 * @throws {@link DumpInvalidError} unless the dump has all of them, and no others, with the same columns
 */
export function matchTables(
  guid: string,
  { tables, leftOut, version }: Manifest,
  { all, kept }: { readonly all: readonly DumpedTable[]; readonly kept: readonly DumpedTable[] },
): readonly MatchedTable[] {
  const refuse = (why: string, file = 'manifest.json') => new DumpInvalidError(why, { guid, file });
  const strange = tables.find(({ table }) => !all.some(({ title }) => isSameName(title, table)));
  if (strange)
    throw refuse(
      `${strange.table} is not a table of version ${version}. Use the release that wrote the dump.`,
      strange.file,
    );
  return kept.flatMap((table): MatchedTable[] => {
    const dumped =
      tables.find(one => one.table === table.title) ?? tables.find(one => isSameName(one.table, table.title));
    if (!dumped && leftOut.some(one => isSameName(one.table, table.title))) return [];
    if (!dumped)
      throw refuse(`the table ${table.title} of version ${version} is not in the dump. Use the release that wrote it.`);
    if (
      said(dumped.columns) !== said(table.columns) ||
      dumped.key.map(cut).join('\0') !== table.key.map(cut).join('\0')
    )
      throw refuse(
        `the columns of ${table.title} differ from those of version ${version} here. Use the release that wrote the dump.`,
        dumped.file,
      );
    return [{ dumped, table }];
  });
}

function said(columns: readonly { name: string; kind: string; scale?: number | undefined }[]): string {
  return JSON.stringify(columns.map(({ name, kind, scale }) => [cut(name), kind, scale]));
}

/** Whether two names are one where a database keeps only the beginning of each: the other end of a dump may be such a database. */
function isSameName(one: string, other: string): boolean {
  return one === other || one.split('.').map(cut).join('.') === other.split('.').map(cut).join('.');
}

function cut(name: string): string {
  return cutName(name, SHORTEST_LIMIT);
}
