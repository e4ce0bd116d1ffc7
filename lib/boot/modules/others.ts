import type { Dependency } from '../../errors.ts';
import type { Patience } from '../../store/connection.ts';
import { readRows, type Database } from '../../store/database.ts';
import type { DeployedRow } from '../../store/deployed-row.ts';
import type { Definition } from '../definition.ts';

/** A Schema as another one sees it. */
export interface PlacedSchema {
  readonly definition: Definition;
  readonly database: Database;
}

/** What a call has to know to find the other Schemas that matter to it. */
export interface SchemaAmong extends PlacedSchema {
  /** The Schemas that the caller named: they may be in other databases and namespaces. */
  readonly modules: readonly PlacedSchema[];
  /** The Schemas that were made on the same ORM. Their rows are looked for next to the own one. */
  readonly neighbours: () => readonly PlacedSchema[];
}

/** The other Schemas that matter to a call, as they were found. */
export interface Others {
  /** The versions they are at. Those without one are left out. */
  readonly deployed: ReadonlyMap<string, number>;
  /** Those that depend on this one, if that was looked up. */
  readonly dependents: readonly Pick<Definition, 'guid' | 'needsAt'>[];
}

/**
 * Lets a Schema find those of a list wherever they are. What it was given itself, and what has its row in the same table, comes
 * first: several databases may each have a Schema of one guid.
 */
export function amongAll<Among extends SchemaAmong>(around: Among, all: readonly PlacedSchema[]): Among {
  const near = all.filter(({ database }) => isSameTable(database, around.database));
  const known = new Set([around, ...around.modules, ...near].map(({ definition }) => definition.guid));
  return { ...around, modules: [...around.modules, ...all.filter(({ definition }) => !known.has(definition.guid))] };
}

/**
 * Reads the row of a Schema, and those of the Schemas it depends on: in one statement, unless they are in other databases
 * or namespaces.
 *
 * @param read reads rows of one database
 * @param withDependents whether the Schemas that depend on this one matter too
 */
export async function readWithOthers(
  among: SchemaAmong,
  patience: Patience | undefined,
  { read = readRows, withDependents = false }: { read?: typeof readRows; withDependents?: boolean } = {},
): Promise<{ readonly row: DeployedRow | undefined; readonly others: Others }> {
  const { definition, database } = among;
  const { guid, latest, needsAt } = definition;
  const dependents = withDependents ? dependentsOf(among) : [];
  const wanted = new Set([...needsAt(latest).keys(), ...dependents.map(dependent => dependent.guid)]);
  const elsewhere = wantedElsewhere(among, wanted);
  for (const module of elsewhere) wanted.delete(module.definition.guid);
  const deployed = new Map<string, number>();
  const rows = await read(database, [guid, ...wanted], patience);
  for (const other of wanted) keep(other, rows.get(other));
  for (const [other, version] of await readElsewhere(elsewhere, patience, read)) deployed.set(other, version);
  return { row: rows.get(guid), others: { deployed, dependents } };

  function keep(other: string, row: DeployedRow | undefined): void {
    if (row) deployed.set(other, row.version);
  }
}

/** Reads the versions of the Schemas that one depends on in a database that does not exist yet: all of them are elsewhere. */
export async function readOthersOfNone(among: SchemaAmong, patience: Patience): Promise<Others> {
  const { latest, needsAt } = among.definition;
  const elsewhere = wantedElsewhere(among, new Set(needsAt(latest).keys()));
  return { deployed: await readElsewhere(elsewhere, patience), dependents: [] };
}

function wantedElsewhere({ modules, database }: SchemaAmong, wanted: ReadonlySet<string>): readonly PlacedSchema[] {
  return modules.filter(module => wanted.has(module.definition.guid) && !isSameTable(module.database, database));
}

async function readElsewhere(
  modules: readonly PlacedSchema[],
  patience: Patience | undefined,
  read = readRows,
): Promise<ReadonlyMap<string, number>> {
  const deployed = new Map<string, number>();
  for (const { table, guids } of byTable(modules)) {
    for (const [guid, { version }] of await read(table, guids, patience)) deployed.set(guid, version);
  }
  return deployed;
}

/** The tables of versions that Schemas have their rows in, each once. */
export function byTable(
  modules: readonly PlacedSchema[],
): readonly { readonly table: Database; readonly guids: readonly string[] }[] {
  const tables: { table: Database; guids: string[] }[] = [];
  for (const { database, definition } of modules) {
    const known = tables.find(({ table }) => isSameTable(table, database));
    if (known) known.guids.push(definition.guid);
    else tables.push({ table: database, guids: [definition.guid] });
  }
  return tables;
}

/** The Schemas known to this process that depend on this one in one of their versions. */
function dependentsOf({ definition: { guid }, modules, neighbours }: SchemaAmong): readonly Definition[] {
  const known = new Map([...neighbours(), ...modules].map(({ definition }) => [definition.guid, definition]));
  return [...known.values()].filter(other => other.guid !== guid && other.needsAt(other.latest).has(guid));
}

/** What the dependents of a Schema, at the versions they are at, still need of it above `target`. */
export function stillNeeded(guid: string, target: number, { deployed, dependents }: Others): readonly Dependency[] {
  return dependents.flatMap(other => {
    const version = deployed.get(other.guid);
    const needs = version === undefined ? undefined : other.needsAt(version).get(guid);
    return needs === undefined || needs <= target ? [] : [{ guid: other.guid, needs, deployed: version }];
  });
}

function isSameTable(one: Database, other: Database): boolean {
  return one.orm === other.orm && one.tables.version === other.tables.version;
}
