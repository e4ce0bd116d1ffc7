import type { Call } from '../../boot/call.ts';
import { showName } from '../../dialects/table-names.ts';
import type { RowTransfer, TransferColumn } from '../../dialects/row-transfer.ts';
import { RestoreRefusedError } from '../../errors.ts';
import { linesOfBlock, splitLine } from '../../rows/canonical/cells.ts';
import { HeldConnection } from '../../store/connection.ts';
import { KeyHash, KeySet } from '../reading/key-set.ts';
import type { DumpedTable } from '../values/dumped-tables.ts';
import type { MatchedTable } from './matched-tables.ts';

/** The keys of tables, by table and by the columns that foreign keys lead to. */
export type TableKeys = ReadonlyMap<string, Map<string, KeySet>>;

/**
 * Reads the keys that rows of a dump may refer to in tables of other Schemas. These are in no dump of this one: they have to
 * be in the database already.
 *
 * @throws {@link RestoreRefusedError} for a table that is not there
 */
export async function readOutsideKeys(
  call: Call,
  { transfer, isThere }: { readonly transfer: RowTransfer; readonly isThere: boolean },
  tables: readonly Pick<MatchedTable, 'table'>[],
): Promise<TableKeys> {
  const keys = new Map<string, Map<string, KeySet>>();
  const references = tables.flatMap(({ table }) =>
    table.references.filter(({ outside }) => outside).map(reference => ({ table, reference })),
  );
  if (references.length === 0) return keys;
  assertThere(call, references[0] as OutsideReference, isThere);
  await HeldConnection.hold(call.database.orm, call, async held => {
    await held.begin(transfer.snapshot);
    try {
      for (const found of references) {
        const sets = keys.get(found.reference.table) ?? new Map<string, KeySet>();
        keys.set(found.reference.table, sets);
        const columns = found.reference.target.join('\0');
        if (!sets.has(columns)) sets.set(columns, await readKeys(call, { held, transfer }, found));
      }
    } finally {
      await held.rollback();
    }
  });
  return keys;
}

interface OutsideReference {
  readonly table: DumpedTable;
  readonly reference: DumpedTable['references'][number];
}

interface SnapshotReading {
  readonly held: HeldConnection;
  readonly transfer: RowTransfer;
}

async function readKeys(call: Call, { held, transfer }: SnapshotReading, found: OutsideReference): Promise<KeySet> {
  const { table, reference } = found;
  const place = reference.outside as NonNullable<typeof reference.outside>;
  const editor = await call.database.dialect.load.editor();
  const live = await editor.read(held, place);
  const columns = reference.target.map((name, index): TransferColumn => {
    const from = table.columns.find(column => column.name === reference.columns[index]) as TransferColumn;
    return { ...from, name, isEmptied: false };
  });
  const isThere = columns.every(({ name }) => live?.columns.some(one => editor.likeness.sameName(one.name, name)));
  assertThere(call, found, isThere);
  const set = new KeySet();
  for await (const { bytes } of transfer.blocks(held, { ...place, columns, key: reference.target })) {
    call.signal?.throwIfAborted();
    for (const line of linesOfBlock(bytes)) set.add(KeyHash.of((splitLine(line) ?? []).join()));
  }
  return set;
}

function assertThere({ database: { guid, place } }: Call, found: OutsideReference, isThere: boolean): void {
  if (isThere) return;
  const { table, reference } = found;
  const name = showName(reference.outside as NonNullable<typeof reference.outside>);
  throw new RestoreRefusedError(
    `${table.title}.${reference.columns.join(', ')} refers to ${name}, which belongs to another Schema and is not in ${place}. ` +
      `Nothing was written. Restore or move that Schema first, and this one next to it: \`--install\`, or { install: true }.`,
    { guid },
  );
}
