import type { Patience } from '../../store/connection.ts';
import { assertPossible, ask, parseRows, readRows, readRowsPatiently } from '../../store/database.ts';
import type { DeployedRow } from '../../store/deployed-row.ts';
import { isAbsent, openDatabase } from '../../store/opening/open-database.ts';
import { TABLES } from '../../store/tables.ts';
import { byTable, type PlacedSchema } from './others.ts';

/** The rows of several Schemas, as far as they could be read. */
export interface ModuleRows {
  /** By guid. Those without a row are left out. */
  readonly rows: ReadonlyMap<string, DeployedRow>;
  /** By guid: why the row of a Schema could not be read, or makes no sense. */
  readonly faults: ReadonlyMap<string, unknown>;
}

/** Reads the rows of several Schemas: one statement for each database. A row that cannot be read is no reason to read no others. */
export async function readModules(modules: readonly PlacedSchema[], patience: Patience): Promise<ModuleRows> {
  const rows = new Map<string, DeployedRow>();
  const faults = new Map<string, unknown>();
  for (const own of Map.groupBy(modules, ({ database }) => database.orm).values()) {
    try {
      for (const [guid, row] of await readDatabase(byTable(own), patience)) rows.set(guid, row);
    } catch (error) {
      // None of them has a row in it yet. Each call says what becomes of that.
      if (isAbsent((own[0] as PlacedSchema).database, error)) continue;
      const { readSingly } = await import('./read-singly.ts');
      await readSingly(own, patience, error, { rows, faults });
    }
  }
  for (const { database, definition } of modules) {
    const { guid } = definition;
    const row = rows.get(guid);
    try {
      await assertPossible(database, row, patience);
    } catch (error) {
      faults.set(guid, error);
      rows.delete(guid);
    }
  }
  return { rows, faults };
}

type OfTable = ReturnType<typeof byTable>[number];

async function readDatabase(tables: readonly OfTable[], patience: Patience): Promise<ReadonlyMap<string, DeployedRow>> {
  const [first] = tables as readonly [OfTable];
  if (tables.length === 1) return readRowsPatiently(first.table, first.guids, patience);
  const together = await readNamespaces(tables, patience).catch(() => undefined);
  if (together) return together;
  // A namespace without our tables, or with those of an older release.
  const found = new Map<string, DeployedRow>();
  for (const { table, guids } of tables) {
    for (const [guid, row] of await readRows(table, guids, patience)) found.set(guid, row);
  }
  return found;
}

/** Reads the tables of several namespaces in one statement. The columns are named: those added later may stand in another order. */
async function readNamespaces(
  tables: readonly OfTable[],
  patience: Patience,
): Promise<ReadonlyMap<string, DeployedRow> | undefined> {
  const { table } = tables[0] as OfTable;
  if (!(await openDatabase(table, patience, { mayCreate: false }))) return new Map();
  const columns = TABLES.version.columns.map(({ name }) => table.dialect.quoteName(name)).join(', ');
  const selects = tables.map(
    ({ table: { tables: own, dialect }, guids }, index) =>
      `select ${index} as place, ${columns} from ${dialect.onlyTable(own.version)} where guid in (${guids.map(() => '?').join(', ')})`,
  );
  const rows = await ask(
    table,
    patience,
    selects.join(' union all '),
    tables.flatMap(({ guids }) => guids),
  );
  const parsed = tables.map(({ guids }, index) =>
    parseRows(
      guids,
      rows.filter(row => Number(row.place) === index),
    ),
  );
  return new Map(parsed.flatMap(found => [...found]));
}
