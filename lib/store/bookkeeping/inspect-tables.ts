import { PermissionDeniedError, VersionCorruptError } from '../../errors.ts';
import type { HeldConnection, Row } from '../connection.ts';
import type { Database } from '../database.ts';
import { BOOKKEEPING, TABLES, type OwnColumn } from '../tables.ts';

/** One of our tables as the catalog describes it, or another object with its name. */
interface FoundTable {
  readonly name: string;
  /** `table`, or `view` and the like. */
  readonly kind: string;
  readonly columns: ReadonlySet<string>;
  readonly hasRules: boolean;
  /** The role it belongs to; `undefined` where there are no roles. */
  readonly owner: string | undefined;
  /** Whether its owner may decide what runs as us: we write to no table whose triggers a stranger can make. */
  readonly isTrusted: boolean;
  /** Whether row-level security applies to this role. */
  readonly isGuarded: boolean;
}

/** Describes our existing tables, in one statement. */
export async function inspectTables(held: HeldConnection, { dialect, tables }: Database): Promise<FoundTable[]> {
  return (await held.execute(dialect.ownTables(tables, BOOKKEEPING))).map(parse);
}

function parse(row: Row): FoundTable {
  return {
    name: String(row.name).toLowerCase(),
    kind: String(row.kind),
    columns: new Set(String(row.columns ?? '').split(',')),
    hasRules: isTrue(row.rules),
    owner: typeof row.owner === 'string' ? row.owner : undefined,
    isTrusted: isTrue(row.trusted),
    isGuarded: isTrue(row.guarded),
  };
}

function isTrue(value: unknown): boolean {
  return value === true || Number(value) === 1;
}

/**
 * Checks that what was found is ours to write to, before anything is written.
 *
 * @throws {@link PermissionDeniedError} for a table of a role that could make a trigger run as us
 * @throws {@link VersionCorruptError} for an object that is not a table, has rules, or lacks a column that cannot be added
 */
export function assertSound({ guid, place }: Database, found: readonly FoundTable[]): void {
  for (const { name, kind, columns, hasRules, owner, isTrusted } of found) {
    const corrupt = (what: string) => new VersionCorruptError(`"${name}" ${what}`, { guid, rows: [] });
    if (!isTrusted) {
      throw new PermissionDeniedError(
        `"${name}" belongs to the role ${owner}, which owns neither ${place} nor the namespace. A trigger of that role ` +
          `would run with your rights. Check the table. If it is safe, run: alter table "${name}" owner to current_user`,
        { guid },
      );
    }
    if (kind !== 'table') throw corrupt(`is a ${kind}, not a table. Drop it, and restore the table from a backup.`);
    if (hasRules) throw corrupt('has rules, which change its writes. Drop the rules.');
    const lost = columnsOf(name).find(column => !columns.has(column.name) && !canBeAdded(column));
    if (lost) throw corrupt(`has no column "${lost.name}". Restore the table from a backup.`);
  }
  const [first] = found;
  const gone = first && BOOKKEEPING.find(name => !found.some(table => table.name === name));
  if (gone === undefined) return;
  throw new VersionCorruptError(
    `"${first?.name}" exists, but "${gone}" does not. Restore it from a backup, or drop both and call \`adopt(n)\`.`,
    { guid, rows: [] },
  );
}

/** The columns that an older release of this library did not have. Pure. */
export function missingColumns(found: readonly FoundTable[]): { table: string; column: OwnColumn }[] {
  return found.flatMap(({ name, columns }) =>
    columnsOf(name)
      .filter(column => !columns.has(column.name))
      .map(column => ({ table: name, column })),
  );
}

function columnsOf(table: string): readonly OwnColumn[] {
  return Object.values(TABLES).find(({ name }) => name === table)?.columns ?? [];
}

/** Columns were only ever added nullable or with a default: any other was there from the beginning. */
function canBeAdded({ type }: OwnColumn): boolean {
  const text = type({ serial: 'primary key', bigint: '', moment: '' });
  return !/not null|primary key/.test(text) || text.includes('default');
}
