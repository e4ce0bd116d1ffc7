import { EntitySchema } from '@mikro-orm/core';
import { importVersion } from '../../boot/frozen/load-version.ts';
import type { Definition } from '../../boot/definition.ts';
import type { FrozenVersion } from '../../models/version-module.ts';
import type { Breach, LawCheck, Subject } from '../law.ts';
import { NOTHING_TO_REFER_TO } from './generate-rows.ts';

/** Checks that each table gets rows: a wrong step on a table without rows would go unnoticed. */
export function rowsCheck(subject: Subject): LawCheck {
  const { frozen, baseline, latest } = subject.definition;
  const versions = [frozen.find(version => version >= baseline), frozen.includes(latest) ? latest : undefined];
  return {
    says: 'each table gets rows for the checks',
    withRows: true,
    look: async () => {
      const found = new Map<string, EmptyTable>();
      for (const version of new Set(versions.filter(one => one !== undefined)))
        for (const empty of await emptyTables(subject, version)) found.set(empty.table, empty);
      return {
        breaches: [...(await unknownNames(subject)), ...(found.size === 0 ? [] : [breachOf([...found.values()])])],
      };
    },
  };
}

/** A misspelled name would give no rows. */
async function unknownNames({ definition, options: { rows } }: Subject): Promise<Breach[]> {
  if (typeof rows !== 'object') return [];
  const known = await entitiesIn(definition);
  const unknown = Object.keys(rows).filter(name => !/^\d+$/.test(name) && !known.has(name));
  if (unknown.length === 0) return [];
  const what = `\`rows\` names ${unknown.join(', ')}, and no frozen version has such an entity`;
  return [{ what, details: [], next: `Write a name of an entity: ${[...known].toSorted().join(', ')}.` }];
}

/** Lists the names of the entities of all frozen versions. */
export async function entitiesIn(definition: Definition): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const version of definition.frozen) {
    const module = await importVersion(definition.versionOf(version) as FrozenVersion, version, definition.guid);
    for (const [name, value] of Object.entries(module)) {
      known.add(name);
      if (value instanceof EntitySchema) known.add(value.meta.className);
    }
  }
  return known;
}

interface EmptyTable {
  readonly table: string;
  /** None for a table that only joins two others: it gets rows with them. */
  readonly entity: string | undefined;
  readonly why: string;
}

/** The tables that should have rows at a version, and have none. */
async function emptyTables({ prepared, options }: Subject, version: number): Promise<readonly EmptyTable[]> {
  const { seed, rows } = options;
  // The user decides.
  if (rows === 0 || (typeof rows === 'object' && typeof rows[version] === 'function')) return [];
  const { unfilled, entitiesOf } = await prepared.lendAt(version, { seed, rows }, async place => ({
    unfilled: place.unfilled,
    entitiesOf: place.entitiesOf,
  }));
  const counts = typeof rows === 'object' ? rows : {};
  const isFree = Object.values(counts).includes(0);
  return unfilled.flatMap(({ table, why }) => {
    const entities = entitiesOf.get(table) ?? [];
    if (entities.some(name => counts[name] === 0)) return [];
    // The tables that its rows refer to have no rows on purpose.
    if (isFree && why === NOTHING_TO_REFER_TO) return [];
    return [{ table, entity: entities[0], why }];
  });
}

function breachOf(empty: readonly EmptyTable[]): Breach {
  const names = empty.flatMap(({ entity }) => entity ?? []);
  const given = (value: string) => names.map(name => `${name}: ${value}`).join(', ');
  return {
    what: `no rows can be made for ${empty.map(({ table }) => table).join(', ')}, so no check sees what a step does to them`,
    details: empty.map(({ table, why }) => `${table}: ${why}`),
    next:
      names.length === 0
        ? 'Write all rows of the version: `proveSchema(…, { rows: { 1: ({ em, Animal }) => { … } } })`.'
        : `Pass rows: \`proveSchema(…, { rows: { ${given('[{ … }]')} } })\`. ` +
          `If they need no rows: \`{ rows: { ${given('0')} } }\`, or \`npx dejavu prove ${names.map(name => `--rows ${name}=0`).join(' ')}\`.`,
  };
}
