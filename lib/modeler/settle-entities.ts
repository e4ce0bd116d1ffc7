import { randomUUID } from 'node:crypto';
import { MikroORM, type EntitySchema } from '@mikro-orm/core';
import type { AbstractSqlDriver, SqlEntityManager } from '@mikro-orm/sql';
import type { Modeling, DatabaseSurvey } from '../dialects/modeling.ts';
import type { LiveStorage } from '../dialects/live-storage.ts';
import type { LiveTable } from '../dialects/table-changes.ts';
import type { Editor } from '../dialects/table-editor.ts';
import { showName } from '../dialects/table-names.ts';
import type { Difference } from '../difference.ts';
import { reasonOf } from '../errors.ts';
import { compareStorage } from '../drift/compare-storage.ts';
import { readPairs } from '../drift/pairs.ts';
import { wantedStorage, type WantedPart } from '../drift/wanted-storage.ts';
import { inheritedOptions } from '../models/inherited-options.ts';
import type { HeldConnection } from '../store/connection.ts';
import { buildEntities } from './build-entities.ts';
import { decideOn, withChoice, type Remedies } from './choices.ts';
import { unsuitableJoins } from './find-joins.ts';
import { modelTables, type DatabaseModel } from './model-tables.ts';

/** The context for making entities that fit a storage, in a transaction. */
interface SettlingContext {
  readonly orm: MikroORM;
  readonly held: Pick<HeldConnection, 'execute' | 'executeBatch'>;
  readonly editor: Editor;
  readonly modeling: Modeling;
  readonly surroundings: DatabaseSurvey;
  readonly storage: LiveStorage;
  /** The namespace of entities that name none. */
  readonly namespace: string | undefined;
}

/** Entities that fit a storage. */
export interface SettledEntities extends DatabaseModel {
  /** The extra parts of the tables of the entities. */
  readonly extra: readonly Difference[];
}

/** The largest number of rounds. It exceeds the remedies for one part, each of which may reveal one more difference. */
const ROUNDS = 24;

/**
 * Makes entities for tables, compares the storage they want with the live storage, and makes them again until nothing is
 * missing and nothing differs. Parts that an entity cannot describe stay in the database as extras, or their table becomes no
 * entity.
 */
export async function settleEntities(context: SettlingContext, tables: readonly LiveTable[]): Promise<SettledEntities> {
  const { orm, editor, modeling, surroundings, namespace } = context;
  const naming = orm.config.getNamingStrategy();
  let choices: Remedies = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    const settings = { modeling, likeness: editor.likeness, surroundings, naming, namespace, choices };
    const model = modelTables(settings, tables);
    const differences = await differencesOf(context, buildEntities(model.entities));
    const unsuitable = unsuitableJoins(differences, model.joins);
    if (unsuitable.length > 0) {
      for (const { table } of unsuitable) choices = withChoice(choices, [showName(table)], 'an entity') ?? choices;
      continue;
    }
    const keysOf = (table: string, column?: string) =>
      tables
        .filter(one => showName(one) === table)
        .flatMap(({ foreignKeys }) => foreignKeys.map(({ columns }) => columns))
        .filter(columns => column === undefined || columns.includes(column))
        .map(columns => [table, 'foreign key', columns.join(', ')]);
    const next = decideOn(differences, choices, keysOf);
    if (next === choices) return { ...model, extra: differences.filter(({ kind }) => kind === 'extra') };
    choices = next;
  }
  throw new Error(`The entities still differ from the tables after ${ROUNDS} attempts.`);
}

/** Compares the storage that entities want with the live storage. */
async function differencesOf(context: SettlingContext, entities: readonly EntitySchema[]): Promise<Difference[]> {
  if (entities.length === 0) return [];
  const { held, editor, storage, namespace } = context;
  const orm = ormOf(context, entities);
  const wanted = wantedStorage({ em: orm.em.fork() as SqlEntityManager }, namespace);
  const compare = async (parts: Iterable<WantedPart>) =>
    compareStorage(await readPairs({ held, editor, strict: true }, storage, wanted, parts), editor.likeness);
  const parts = [...wanted.parts.values()];
  try {
    return await compare(parts);
  } catch {
    // One table is enough for that: it is found by itself.
    const found: Difference[] = [];
    for (const part of parts) found.push(...(await compare([part]).catch(error => [unfit(part, error)])));
    return found;
  }
}

/** A table for which an entity gives no statement that the database takes. */
function unfit({ name }: WantedPart, error: unknown): Difference {
  return { kind: 'different', path: [showName(name), 'definition'], live: 'there', wanted: reasonOf(error) };
}

/** An ORM with other entities, which never connects. */
function ormOf({ orm: { config }, namespace }: SettlingContext, entities: readonly EntitySchema[]): MikroORM {
  return new MikroORM<AbstractSqlDriver>({
    ...inheritedOptions(config),
    entities: [...entities],
    contextName: `from database ${randomUUID()}`,
    ...(namespace !== undefined && { schema: namespace }),
  });
}
