import type { SqlEntityManager } from '@mikro-orm/sql';
import { OperationError } from '../../errors.ts';
import { openModels } from '../../models/frozen-models.ts';
import type { Models } from '../../models/version-module.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { parseRow } from '../../store/deployed-row.ts';
import type { Call } from '../call.ts';
import { loadVersion, nameOfVersion } from '../frozen/load-version.ts';
import type { PlacedSchema, SchemaAmong } from './others.ts';

/** Another Schema that a step reads, and the version of the step. */
interface OtherOpening {
  readonly guid: string;
  readonly version: number;
  readonly method: string;
}

/**
 * Opens the entities of another Schema for a step that depends on it: at the version it asked for, to read them in the
 * transaction of the step.
 *
 * @throws {@link OperationError} if the step does not depend on it, if it is in another database, or if its storage is no
 * longer one that code of that version may use
 */
export async function openOther(
  held: HeldConnection,
  call: Call,
  em: SqlEntityManager,
  { guid, version, method }: OtherOpening,
): Promise<Models> {
  const own = call.definition.guid;
  const refuse = (why: string) => new OperationError(`step.of('${guid}') in ${method}: ${why}`, { guid: own });
  const needed = call.definition.needsAt(version).get(guid);
  if (needed === undefined) {
    throw refuse(
      `this step does not depend on ${guid}. Add it: readonly steps = { ${version}: { dependsOn: { ${guid}: <version> } } }.`,
    );
  }
  const other = findModule(call, guid);
  if (!other) {
    throw refuse(`no Schema with that guid was passed. Call \`upgradeAll([${guid}, ${own}])\`.`);
  }
  const { database } = other;
  if (database.orm !== (call.rehearses ?? call.database).orm) {
    throw refuse(`it is in ${database.place}, which is not the database of this step. Read it before the upgrade.`);
  }
  // In an empty place the other one is at the version that the step asks for, and has no row.
  if (!call.rehearses) await assertUsable(held, other, needed, refuse);
  const module = await loadVersion(other, needed);
  if (!module) throw refuse(`${guid} keeps no frozen version ${needed}. Read it with SQL: step.execute('select …').`);
  const name = `${nameOfVersion(needed)} of ${guid}`;
  const namespace = call.rehearses ? call.database.namespace : database.namespace;
  const models = openModels(em, module, { name, guid, namespace });
  models.em.getEventManager().registerSubscriber({
    onFlush({ uow }) {
      const [change] = uow.getChangeSets();
      if (change)
        throw refuse(
          `its entities are for reading, and ${change.meta.className} was changed. Change it in a step of ${guid}.`,
        );
    },
  });
  return models;
}

async function assertUsable(
  held: HeldConnection,
  { database, definition: { guid } }: PlacedSchema,
  needed: number,
  refuse: (why: string) => OperationError,
): Promise<void> {
  const sql = `select * from ${database.dialect.onlyTable(database.tables.version)} where guid = ?`;
  const row = parseRow(guid, await held.executeWatched(sql, [guid]));
  if (!row || row.version < needed || row.compatible > needed) {
    const state = row ? `it is at version ${row.version}` : 'it has no version';
    const admitted = row ? `, which only code from version ${row.compatible} on may use` : '';
    throw refuse(
      `the step asks for version ${needed}, and ${state}${admitted}. Read it with SQL, or depend on a version that may use it.`,
    );
  }
}

/** Finds another Schema by its guid: one that the caller named, or one on the same ORM. */
export function findModule({ modules, neighbours, definition }: SchemaAmong, guid: string): PlacedSchema | undefined {
  if (guid === definition.guid) return undefined;
  const isIt = (module: PlacedSchema) => module.definition.guid === guid;
  return modules.find(isIt) ?? neighbours().find(isIt);
}
