import { loadVersion, nameOfVersion } from '../../boot/frozen/load-version.ts';
import type { Call } from '../../boot/call.ts';
import { showName } from '../../dialects/table-names.ts';
import { modelsOffline } from '../../models/frozen-models.ts';
import { dumpedTables } from './dumped-tables.ts';

/** Names the tables of other Schemas that foreign keys of a version lead to. No database is asked. */
export async function outsideTables(call: Call, version: number): Promise<readonly string[]> {
  const { orm, namespace } = call.database;
  const module = await loadVersion(call, version);
  if (!module) return [];
  const models = modelsOffline(orm, module, { name: nameOfVersion(version), namespace });
  const references = dumpedTables(models, namespace).flatMap(table => table.references);
  return [...new Set(references.flatMap(({ outside }) => (outside ? [showName(outside)] : [])))].toSorted();
}
