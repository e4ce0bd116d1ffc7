import { join } from 'node:path';
import type { Call, OpenedSchema } from '../../boot/call.ts';
import { neighboursOf } from '../../boot/modules/neighbours.ts';
import { SchemaTargetError } from '../../errors.ts';
import { openSchema } from '../../open-schema.ts';
import { openerOf, type Schema } from '../../schema.ts';
import { readRow } from '../../store/database.ts';
import { nameOfTable } from '../../store/survey.ts';
import { dumpDatabase } from '../dump-database.ts';
import { withSnapshot } from '../snapshot.ts';
import { outsideTables } from '../values/outside-tables.ts';
import type { Exceptions } from '../writing/left-out.ts';

/**
 * Finds the Schemas of the same ORM that one cannot do without in a scratch database: those it depends on, and those whose tables
 * its foreign keys lead to. Each comes after those that it needs itself.
 *
 * @throws {@link SchemaTargetError} if no Schema of the ORM is the one that it needs
 */
export async function companyOf(call: Call): Promise<readonly Call[]> {
  const { orm } = call.database;
  const known = neighboursOf(orm, call.schema)
    .filter(openerOf)
    .map(neighbour => openSchema(neighbour as Schema));
  const found = new Map<string, Call>();
  const seen = new Set([call.definition.guid]);
  const visit = async (one: Call) => {
    for (const next of await neededBy(one, known, call)) {
      if (seen.has(next.definition.guid)) continue;
      seen.add(next.definition.guid);
      const { waitMs, signal } = call;
      const needed = next.call({ waitMs, signal }, undefined);
      await visit(needed);
      found.set(next.definition.guid, needed);
    }
  };
  await visit(call);
  return [...found.values()];
}

async function neededBy(
  call: Call,
  known: readonly OpenedSchema[],
  { definition: asked }: Pick<Call, 'definition'>,
): Promise<readonly OpenedSchema[]> {
  const { database, definition, modules } = call;
  const needed = new Set<OpenedSchema>();
  for (const version of new Set([...definition.frozen, definition.latest])) {
    const refuse = (why: string) =>
      new SchemaTargetError(
        `version ${version}${definition === asked ? '' : ` of ${definition.guid}`} ${why}, and no Schema of this ORM has that. ` +
          'Its rows are needed in the scratch database. Nothing was written. Make that Schema on the same ORM, before this call.',
        { guid: asked.guid, target: database.place },
      );
    const needs = definition.needsAt(version);
    for (const guid of needs.keys()) {
      const other = known.find(one => one.definition.guid === guid);
      if (other) needed.add(other);
      // The version of a Schema in another database is read there.
      else if (guid !== asked.guid && !modules.some(one => one.definition.guid === guid)) throw refuse(`needs ${guid}`);
    }
    for (const table of await outsideTables(call, version)) {
      const owner = known.find(one => one.claim.metadata.some(meta => nameOfTable(one.database, meta) === table));
      if (owner) needed.add(owner);
      // Its Schema may have given it another name since.
      else if (needs.size === 0) throw refuse(`refers to ${table} of another Schema`);
    }
  }
  return [...needed];
}

/** A dump of another Schema than the one it is all about. */
export interface CompanyDump {
  readonly guid: string;
  readonly version: number;
  readonly folder: string;
}

/**
 * Dumps a Schema with those it needs: all rows are those of one moment.
 *
 * @param folder where the dumps go, `own` the one that this is all about
 * @returns the dumps of the others, without those that have no version here
 */
export async function dumpTogether(
  call: Call,
  company: readonly Call[],
  { folder, own, except = {} }: { readonly folder: string; readonly own: string; readonly except?: Exceptions },
): Promise<readonly CompanyDump[]> {
  if (company.length === 0) {
    await dumpDatabase(call, own, { except, isScratch: true });
    return [];
  }
  const versions = new Map<Call, number>();
  for (const one of company) {
    const row = await readRow(one.database, one);
    if (row) versions.set(one, row.version);
  }
  return withSnapshot(call, async ({ held }) => {
    const dumps: CompanyDump[] = [];
    for (const one of versions.keys()) {
      const { guid } = one.definition;
      const into = join(folder, `company-${dumps.length}`);
      const { version } = await dumpDatabase(one, into, { within: held, isScratch: true });
      dumps.push({ guid, version, folder: into });
    }
    await dumpDatabase(call, own, { except, within: held, isScratch: true });
    return dumps;
  });
}
