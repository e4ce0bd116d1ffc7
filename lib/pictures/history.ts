import type { OpenedSchema } from '../boot/call.ts';
import type { Schema } from '../schema.ts';
import { compareVersions } from '../changes/compare-versions.ts';
import { importVersion, nameOfVersion } from '../boot/frozen/load-version.ts';
import { describeModule } from '../models/frozen-models.ts';
import type { StorageDescription } from '../models/description.ts';
import { NO_RENAMES, type Renames } from '../changes/apply-renames.ts';
import { changedDiagram, diagramOf, type Diagram } from './diagram.ts';
import { renamesOf } from './step-renames.ts';

/** A frozen version, as data to draw. */
export interface DrawnVersion {
  readonly version: number;
  readonly description: StorageDescription;
  readonly diagram: Diagram;
  /** The changes from the version before; missing if that version is not frozen. */
  readonly changes?: Diagram;
  /** The box of each entity, by its name: the same in all versions, also after a rename. */
  readonly identities: ReadonlyMap<string, string>;
  /** The source of `upgradeTo_N`, if there is one. */
  readonly source?: string;
  readonly compatible: number;
  readonly lossy?: string;
}

/** Reads a frozen version. No database is asked. */
export async function readVersion(
  { definition, database }: OpenedSchema,
  version: number,
): Promise<StorageDescription | undefined> {
  const frozen = definition.versionOf(version);
  if (!frozen) return undefined;
  const module = await importVersion(frozen, version, definition.guid);
  return describeModule(database.orm, module, { name: nameOfVersion(version) });
}

/** The text of a step as it runs: compiled, where the application is compiled. */
function sourceOf(schema: Schema, version: number): string | undefined {
  const method: unknown = Reflect.get(schema, `upgradeTo_${version}`);
  // Where Node.js took types away, it left as many spaces.
  return typeof method === 'function' ? String(method).replaceAll(/(?<=\S) {2,}(?=[),:;])/g, '') : undefined;
}

/** Moves a method to the left margin. */
function atMargin(text: string): string {
  const [first = '', ...rest] = text.split(/\r?\n/);
  const indents = rest.filter(line => line.trim() !== '').map(line => line.length - line.trimStart().length);
  const least = indents.length > 0 ? Math.min(...indents) : 0;
  return [first, ...rest.map(line => line.slice(least))].join('\n');
}

/** The renames of all steps between two versions, one after the other. */
function renamesBetween(schema: Schema, from: number, to: number): Renames {
  const entities: Record<string, string> = {};
  const properties: Record<string, Record<string, string>> = {};
  const was: Record<string, string> = {};
  for (let version = from + 1; version <= to; version += 1) {
    const step = renamesOf(sourceOf(schema, version) ?? '');
    for (const [entity, names] of Object.entries(step.properties)) {
      const known = (properties[was[entity] ?? entity] ??= {});
      for (const [old, now] of Object.entries(names)) {
        const first = Object.keys(known).find(name => known[name] === old);
        known[first ?? old] = now;
      }
    }
    for (const [old, now] of Object.entries(step.entities)) {
      const first = was[old] ?? old;
      entities[first] = now;
      was[now] = first;
    }
  }
  return { ...NO_RENAMES, entities, properties };
}

/** Draws the difference between two versions, with any number of steps between them. */
export function drawChanges(
  schema: Schema,
  [from, before]: readonly [number, StorageDescription],
  [to, after]: readonly [number, StorageDescription],
): Diagram {
  const renames = renamesBetween(schema, from, to);
  return changedDiagram(before, after, compareVersions(before, after, renames));
}

/**
 * Draws all frozen versions, from the lowest to `latest`.
 *
 * @param written how steps are written in the sources, by version
 */
export async function drawHistory(
  schema: Schema,
  opened: OpenedSchema,
  written: ReadonlyMap<number, string> = new Map(),
): Promise<DrawnVersion[]> {
  const { definition } = opened;
  const drawn: DrawnVersion[] = [];
  for (const version of definition.frozen.toSorted((a, b) => a - b)) {
    const description = await readVersion(opened, version);
    if (!description) continue;
    const previous = drawn.at(-1);
    const source = written.get(version) ?? sourceOf(schema, version);
    const { lossy } = definition.optionsOf(version);
    const changes =
      previous?.version === version - 1
        ? drawChanges(schema, [previous.version, previous.description], [version, description])
        : undefined;
    drawn.push({
      version,
      description,
      diagram: diagramOf(description),
      identities: identitiesOf(description, changes, previous),
      compatible: definition.compatibleAt(version),
      ...(changes && { changes }),
      ...(source !== undefined && { source: atMargin(source) }),
      ...(lossy !== undefined && { lossy: typeof lossy === 'string' ? lossy : Object.values(lossy).join('; ') }),
    });
  }
  return drawn;
}

function identitiesOf(
  { entities }: StorageDescription,
  changes: Diagram | undefined,
  previous: DrawnVersion | undefined,
): ReadonlyMap<string, string> {
  const old = previous?.identities ?? new Map<string, string>();
  const formerNames = new Map(changes?.boxes.flatMap(({ name, was }) => (was ? [[name, was] as const] : [])));
  const taken = new Set<string>();
  const identities = new Map<string, string>();
  for (const { name } of entities) {
    const wanted = old.get(formerNames.get(name) ?? name) ?? name;
    // Two entities may swap their names, or one take a name that was given up.
    let identity = wanted;
    while (taken.has(identity)) identity += '′';
    taken.add(identity);
    identities.set(name, identity);
  }
  return identities;
}
