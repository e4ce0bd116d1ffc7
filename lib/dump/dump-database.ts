import { mkdir, rm } from 'node:fs/promises';
import { withText } from '../boot/outcome/report-text.ts';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Call, CallOptions } from '../boot/call.ts';
import { abortedError } from '../boot/look.ts';
import type { RowTransfer } from '../dialects/row-transfer.ts';
import { reasonOf, SchemaTargetError } from '../errors.ts';
import { sqlName } from '../dialects/table-names.ts';
import { openSchema } from '../open-schema.ts';
import type { Schema } from '../schema.ts';
import type { HeldConnection } from '../store/connection.ts';
import { withVersion, type OpenedVersion } from '../verify/opened-versions.ts';
import { FORMAT, type LeftOut, type Manifest, type ManifestTable } from './manifest.ts';
import { showDump } from './report-texts.ts';
import { noRoomError } from './scratch/disk-room.ts';
import { withinTransaction, withSnapshot, type Snapshot } from './snapshot.ts';
import type { Compression } from './stream/pack-dump.ts';
import { writeTo } from './stream/stream-place.ts';
import { dumpedTables, type DumpedTable } from './values/dumped-tables.ts';
import { leaveOut, type Exceptions } from './writing/left-out.ts';
import { assertRestorable } from './writing/assert-restorable.ts';
import { withLiveColumns } from './writing/live-columns.ts';
import { writeManifest, writeSource } from './writing/write-manifest.ts';
import { writeTable } from './writing/write-table.ts';

/** The progress of a dump or a restore. */
export interface RowProgress {
  readonly table: string;
  /** Rows of all tables so far. */
  readonly done: number;
  readonly total: number;
}

export interface DumpOptions extends Pick<CallOptions, 'signal' | 'waitMs'> {
  /**
   * Entities whose rows are left out, with the reason: `{ Session: 'sessions end with the server' }`. The dump fails if
   * foreign keys refer to one of them. If they may be null, this sets them to null: `{ Session: { reason: '…', references:
   * 'null' } }`.
   */
  readonly except?: Exceptions | undefined;
  /**
   * The compression of a dump in one file or stream, by Node.js. Default: by the name of the file (`.tar.gz`, `.tar.zst`), or
   * none.
   */
  readonly compress?: Compression | undefined;
  /** Receives the number of written rows. Its errors are not caught. */
  readonly onProgress?: ((progress: RowProgress) => void) | undefined;
}

/** The report of `dump()`. */
export interface DumpReport {
  readonly guid: string;
  readonly version: number;
  /** The folder or the file; `-` for a stream. */
  readonly folder: string;
  readonly rows: number;
  readonly tables: readonly Pick<ManifestTable, 'table' | 'file' | 'rows' | 'bytes'>[];
  readonly leftOut: readonly LeftOut[];
  readonly ms: number;
  /** Shows the report in one or a few lines. Not enumerable: a report is plain data otherwise. */
  toString(): string;
}

/**
 * Dumps the rows of a database, with the version they belong to, into a folder that does not exist yet. All rows are those of
 * one moment, while other processes go on writing. Two dumps of the same rows are equal byte by byte, but for `source.json`.
 *
 * For a name that ends with `.tar`, `.tar.gz` or `.tar.zst`, and for a stream, which is ended, writes one tar file. That needs
 * room for the folder in the temporary folder of the system.
 *
 * On PostgreSQL it blocks no reader and no writer. On SQLite in WAL mode neither; with a rollback journal, writers wait until
 * it is done.
 *
 * @throws {@link SchemaTargetError} for a folder or file that exists, a version that is not frozen, and a wrong `except`
 * @throws {@link StorageDiffersError} if the columns are not those of the version
 * @throws {@link VersionMissingError}, {@link VersionForkedError}, {@link DatabaseUnavailableError},
 * {@link UpgradeAbortedError}
 */
export async function dump(schema: Schema, to: string | Writable, options: DumpOptions = {}): Promise<DumpReport> {
  const { except, onProgress, compress, ...patience } = options;
  const call = openSchema(schema).call(patience, 'dump');
  const { guid } = call.database;
  try {
    const report = await writeTo(to, { guid, compress, signal: call.signal }, folder =>
      dumpDatabase(call, folder, { except, onProgress }),
    );
    return withText({ ...report, folder: typeof to === 'string' ? to : '-' }, showDump);
  } catch (error) {
    if (call.signal?.aborted) throw await abortedError(call);
    throw error;
  }
}

/**
 * Dumps the rows of a database as {@link dump} does.
 *
 * @param options `within` is a transaction under way, to read the rows in; by default one that sees one state of the database.
 * With `isScratch` nothing waits for the disk: this process removes the dump again
 */
export async function dumpDatabase(
  call: Call,
  folder: string,
  {
    except = {},
    onProgress,
    within,
    isScratch = false,
  }: Pick<DumpOptions, 'except' | 'onProgress'> & { readonly within?: HeldConnection; readonly isScratch?: boolean },
): Promise<DumpReport> {
  const began = performance.now();
  const write = async ({ held, transfer, row: { version, fingerprint } }: Snapshot) =>
    withVersion(held, call, version, async opened => {
      const head: Opened['head'] = {
        format: FORMAT,
        guid: call.database.guid,
        version,
        ...(fingerprint && { fingerprint }),
      };
      return writeFolder(call, opened, { head, dumping: { folder, except, onProgress, isScratch }, transfer, held });
    });
  const manifest = await (within ? withinTransaction(within, call, write) : withSnapshot(call, write));
  return {
    guid: manifest.guid,
    version: manifest.version,
    folder,
    rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
    tables: manifest.tables.map(({ table, file, rows, bytes }) => ({ table, file, rows, bytes })),
    leftOut: manifest.leftOut,
    ms: performance.now() - began,
  };
}

interface Dumping extends Pick<DumpOptions, 'onProgress'> {
  readonly folder: string;
  readonly except: Exceptions;
  readonly isScratch: boolean;
}

interface Opened {
  readonly head: Omit<Manifest, 'tables' | 'leftOut'>;
  readonly dumping: Dumping;
  readonly transfer: RowTransfer;
  readonly held: HeldConnection;
}

/** Writes all files, the manifest last. A dump that fails removes its folder; a killed one leaves a folder without a manifest. */
async function writeFolder(
  call: Call,
  { context, models }: OpenedVersion,
  { head, dumping, transfer, held }: Opened,
): Promise<Manifest> {
  const { database, definition, signal } = call;
  const { guid, namespace } = database;
  const { folder, except, onProgress, isScratch } = dumping;
  const unreadable = await transfer.unreadable(held);
  if (unreadable !== undefined) throw new SchemaTargetError(unreadable, { guid, target: folder });
  const selected = leaveOut(guid, dumpedTables(models, namespace), except);
  const found = await withLiveColumns(context, selected.tables, { version: head.version, extra: definition.extra });
  await assertRestorable(call, held, found);
  const tables = found.map(({ table }) => table);
  const total = onProgress ? await countRows(held, call, tables) : 0;
  await createFolder(guid, folder);
  try {
    await writeSource(folder, call);
    const written: ManifestTable[] = [];
    let before = 0;
    for (const table of tables) {
      const onRows = (rows: number) => onProgress?.({ table: table.title, done: before + rows, total });
      const done = await writeTable({ guid, held, transfer, folder, signal, isScratch, onRows }, table);
      written.push(done);
      before += done.rows;
    }
    signal?.throwIfAborted();
    const manifest: Manifest = { ...head, tables: written, leftOut: selected.leftOut };
    await writeManifest(folder, manifest, isScratch);
    return manifest;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw noRoomError(guid, folder, error) ?? error;
  }
}

/** Counts all rows to come, for those who want to know how many are left. */
async function countRows(
  held: HeldConnection,
  { database, signal }: Call,
  tables: readonly DumpedTable[],
): Promise<number> {
  let total = 0;
  for (const table of tables) {
    signal?.throwIfAborted();
    const [row] = await held.execute(`select count(*) as n from ${sqlName(database.dialect, table)}`);
    total += Number(row?.n);
  }
  return total;
}

/** @throws {@link SchemaTargetError} for a folder that exists, empty or not */
async function createFolder(guid: string, folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
    await mkdir(join(folder, 'tables'), { mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'EEXIST'
        ? `the folder ${folder} exists, and a dump overwrites nothing. Use another folder.`
        : `the folder ${folder} cannot be created: ${reasonOf(cause)}. Create the folder around it, or use another one.`;
    throw new SchemaTargetError(why, { guid, target: folder, cause });
  }
}
