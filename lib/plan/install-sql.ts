import type { Call } from '../boot/call.ts';
import { assertFrozen } from '../boot/frozen/load-version.ts';
import { frozenStorageSql } from '../boot/frozen/frozen-storage.ts';
import type { HeldConnection } from '../store/connection.ts';
import { createStorageSql, withoutNamespacesThatAreThere } from '../store/survey.ts';
import { BOOKKEEPING, createTables } from '../store/tables.ts';
import type { Recorded } from './recorder.ts';
import { withoutSemicolon } from '../sql/statements.ts';

/** Writes the statements that an installation at a version sends before the rows of `onInstall`. */
export async function installSql(held: HeldConnection, call: Call, version: number): Promise<readonly Recorded[]> {
  const { database, definition, claim } = call;
  const isLatest = version === definition.latest;
  if (isLatest) await assertFrozen(call);
  const there = (statements: readonly string[]) => withoutNamespacesThatAreThere(held, database.dialect, statements);
  const bookkeeping = await there(createTables(database.tables, database.dialect));
  const storage = isLatest
    ? await there(await createStorageSql(database, claim))
    : await frozenStorageSql(held, call, version);
  return [
    created(BOOKKEEPING.join(', '), bookkeeping),
    created(isLatest ? claim.metadata.map(meta => meta.className).join(', ') : `version ${version}`, storage),
  ];
}

/** Whether this Schema adds rows to an installation at a version: `onInstall` knows the live entities only. */
export function hasOnInstall({ definition }: Call, version: number): boolean {
  return version === definition.latest && definition.hasOnInstall;
}

function created(subject: string, sql: readonly string[]): Recorded {
  return {
    verb: 'createStorage',
    subject,
    sql: sql.map(withoutSemicolon),
    touches: [],
    destroys: [],
    dependsOnRows: false,
    afterRows: false,
    ms: 0,
    rows: 0,
  };
}
