import type { Call } from '../../boot/call.ts';
import { loadVersion, nameOfVersion } from '../../boot/frozen/load-version.ts';
import type { Difference } from '../../difference.ts';
import { showDifferences } from '../../drift/difference-tree.ts';
import { isMeant } from '../../drift/ignore.ts';
import { storedMetadata } from '../../mikro-orm/stored-metadata.ts';
import { modelsOffline } from '../../models/frozen-models.ts';
import { openSchema } from '../../open-schema.ts';
import type { Schema } from '../../schema.ts';
import { nameOfTable, surveyStorage } from '../../store/survey.ts';
import { verify } from '../../verify/verify-storage.ts';
import type { Breach } from '../law.ts';

/** Compares storage with a frozen version, as `verify` does. In a lent database, tables that no version has are extra too. */
export async function storageBreaches(
  schema: Schema,
  version: number,
  { what, next }: Pick<Breach, 'what' | 'next'>,
): Promise<Breach[]> {
  const { differences } = await verify(schema, { version });
  const call = openSchema(schema).call({}, 'proveSchema');
  const known = new Set(differences.map(({ path }) => path[0]));
  const strange = (await strangeTables(call, version)).filter(({ path }) => !known.has(path[0]));
  const all = [...differences, ...strange];
  if (all.length === 0) return [];
  return [{ what, details: showDifferences(all).split('\n'), next }];
}

/** The tables in no version: on a server they might belong to another application. */
async function strangeTables(call: Call, version: number): Promise<Difference[]> {
  const { database, claim, definition, waitMs } = call;
  const module = (await loadVersion(call, version)) as object;
  const { em } = modelsOffline(database.orm, module, { name: nameOfVersion(version), namespace: database.namespace });
  const wanted = new Set(storedMetadata(em).map(meta => nameOfTable(database, meta)));
  const { other } = await surveyStorage(database, claim, { waitMs });
  return other
    .filter(name => !wanted.has(name))
    .map(name => ({ kind: 'extra' as const, path: [name], live: { kind: 'table', name }, wanted: undefined }))
    .filter(difference => !isMeant(difference, definition.extra));
}
