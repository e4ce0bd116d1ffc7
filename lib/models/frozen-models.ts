import { randomUUID } from 'node:crypto';
import { MikroORM, type Configuration, type EntityMetadata, type EntitySchema, type Options } from '@mikro-orm/core';
import type { AbstractSqlConnection, AbstractSqlDriver, SqlEntityManager } from '@mikro-orm/sql';
import { forgetClasses } from '../mikro-orm/entity-registry.ts';
import { answerFor, stayInside, TurningClient } from '../mikro-orm/inner-orm.ts';
import { markOutsider } from '../mikro-orm/stored-metadata.ts';
import { sameFingerprint } from '../version.ts';
import { bindModule } from './bind-module.ts';
import { describeEntities } from './describe-entities.ts';
import type { StorageDescription } from './description.ts';
import { fingerprint } from './fingerprint.ts';
import { inheritedOptions } from './inherited-options.ts';
import { keptFor } from './kept/kept-models.ts';
import { RecentModels } from './kept/recent-models.ts';
import type { EntitySource } from './metadata-reading.ts';
import type { ModuleName, Models, VersionModule } from './version-module.ts';

interface OpenOptions extends ModuleName {
  /** The namespace of entities that ask for none; the EntityManager's, or else the ORM's, by default. */
  readonly namespace?: string | undefined;
}

/**
 * Opens the entities of a version inside the transaction `em` is in: the entities by name, and an EntityManager on them
 * with a separate identity map. Nothing connects, so there is nothing to close: both end with the transaction.
 *
 * @throws {@link SchemaDefinitionError} if the module cannot be brought to life as it was.
 */
export function openModels<V extends object>(em: SqlEntityManager, module: V, options: OpenOptions): Models<V> {
  const transaction = em.getTransactionContext();
  if (!transaction) throw new Error(`${options.name} can only be opened inside a transaction`);
  const namespace = options.namespace ?? em.schema;
  const { orm, entities } = ormInside(em.config, module, { ...options, namespace }, transaction);
  const opened = orm.em.fork(namespace === undefined ? {} : { schema: namespace });
  opened.setTransactionContext(transaction);
  return { ...entities, em: opened } as Models<V>;
}

/** Finds an ORM inside a transaction, or makes one: steps and the looks at their storage work with the same. */
function ormInside(config: Configuration, module: object, of: OpenOptions, transaction: object): MadeOrm {
  const kept = keptOrm(config, module, of);
  // One that is kept may have turned to another transaction since.
  const known = kept ? undefined : opened.get(transaction)?.find(module, of.namespace);
  if (known?.config === config) return known.made;
  const { made, turning } = kept ?? takeDescribed(config, module, of) ?? turningOrm(config, module, of);
  turning.turnTo(transaction);
  stayInside(made.orm.driver.getConnection());
  if (!kept) recentIn(opened, transaction).add(module, of.namespace, { config, made });
  return made;
}

/** The ORMs inside each transaction that is under way. */
const opened = new WeakMap<object, RecentModels<{ readonly config: Configuration; readonly made: MadeOrm }>>();

/** ORMs that only described something so far. They go when memory is needed: an application describes a version once. */
const described = new WeakMap<Configuration, RecentModels<WeakRef<TurningOrm>>>();

function takeDescribed(config: Configuration, module: object, { namespace }: OpenOptions): TurningOrm | undefined {
  return described.get(config)?.take(module, namespace)?.deref();
}

function recentIn<K extends object, T>(all: WeakMap<K, RecentModels<T>>, place: K): RecentModels<T> {
  const recent = all.get(place) ?? new RecentModels<T>();
  all.set(place, recent);
  return recent;
}

/** An ORM of a frozen version that is made before its transaction begins. */
interface TurningOrm {
  readonly made: MadeOrm;
  readonly turning: TurningClient;
}

function turningOrm(config: Configuration, module: object, of: OpenOptions): TurningOrm {
  const turning = new TurningClient();
  const made = makeOrm(config, module, of, { driverOptions: turning.client, ...inNamespace(of.namespace) });
  return { made, turning };
}

/** An ORM of a frozen version that outlives the transaction in which it works. */
function keptOrm(config: Configuration, module: object, of: OpenOptions): TurningOrm | undefined {
  return keptFor<TurningOrm>(config)?.of(module, of.namespace, () => turningOrm(config, module, of));
}

function inNamespace(namespace: string | undefined): { readonly schema?: string } {
  return namespace === undefined ? {} : { schema: namespace };
}

/**
 * Describes a version as it would be under the options of an application: its naming strategy, its driver. No database
 * is asked.
 *
 * @param filter chooses among the entities; all by default.
 * @throws {@link SchemaDefinitionError} if the module cannot be brought to life as it was.
 */
export function describeModule(
  { config }: { readonly config: Configuration },
  module: object,
  name: ModuleName,
  filter?: (meta: EntityMetadata) => boolean,
): StorageDescription {
  return describeEntities(describing(config, module, name).orm, filter);
}

/** Finds an ORM that was not in a transaction so far, or makes one, and leaves it for others. */
function describing(config: Configuration, module: object, name: ModuleName): MadeOrm {
  const known = keptOrm(config, module, name) ?? described.get(config)?.find(module, undefined)?.deref();
  const one = known ?? turningOrm(config, module, name);
  if (!known) recentIn(described, config).add(module, undefined, new WeakRef(one));
  return one.made;
}

/**
 * Checks that a version is still as it was frozen. Tables and columns that MikroORM is configured to skip since then
 * are in no description any more, and make no other version of it.
 *
 * @param print the fingerprint that it was frozen with.
 * @returns the fingerprint it has now, if its file was edited
 * @throws {@link SchemaDefinitionError} if the module cannot be brought to life as it was.
 */
export function editedAs(
  source: { readonly config: Configuration },
  module: object,
  name: ModuleName,
  print: string,
): string | undefined {
  const found = fingerprint(describeModule(source, module, name));
  if (sameFingerprint(found, print) !== false) return undefined;
  const rules = source.config.get('schemaGenerator');
  if (!rules.skipTables?.length && !rules.skipColumns) return found;
  const whole = { ...rules, skipTables: [], skipColumns: {} };
  const { orm } = makeOrm(source.config, module, name, { schemaGenerator: whole });
  return sameFingerprint(fingerprint(describeEntities(orm)), print) === false ? found : undefined;
}

/** Opens the entities of a version outside of any database, for what they want to be stored as. */
export function modelsOffline(
  { config }: { readonly config: Configuration },
  module: object,
  of: OpenOptions,
): { readonly em: SqlEntityManager } {
  const { orm } = keptOrm(config, module, of)?.made ?? makeOrm(config, module, of, inNamespace(of.namespace));
  return { em: orm.em.fork() };
}

/**
 * Opens the entities of a version on the connections of another ORM, outside of any transaction. Nothing connects, so there
 * is nothing to close: both end with that ORM.
 *
 * @throws {@link SchemaDefinitionError} if the module cannot be brought to life as it was.
 */
export async function modelsOn<V extends object>(
  source: { readonly config: Configuration; readonly em: { getConnection(): unknown } },
  module: V,
  of: OpenOptions,
): Promise<Models<V>> {
  const { namespace } = of;
  const connection = source.em.getConnection() as AbstractSqlConnection;
  await connection.ensureConnection();
  const { orm, entities } = makeOrm(source.config, module, of, {
    driverOptions: connection.getClient(),
    ...inNamespace(namespace),
  });
  stayInside(orm.driver.getConnection());
  return { ...entities, em: orm.em.fork(namespace === undefined ? {} : { schema: namespace }) } as unknown as Models<V>;
}

/** A version as an ORM understands it, and as its file says it. */
interface ModuleReading extends EntitySource {
  /** What an entity was made from, by its class. */
  definitionOf(type: unknown): EntityMetadata | undefined;
}

/**
 * Reads a version with more than its meaning as storage. No database is asked.
 *
 * @throws {@link SchemaDefinitionError} if the module cannot be brought to life as it was.
 */
export function readModule(
  { config }: { readonly config: Configuration },
  module: object,
  name: ModuleName,
): ModuleReading {
  const { orm, definitions } = describing(config, module, name);
  return {
    config: orm.config,
    getMetadata: () => orm.getMetadata(),
    definitionOf: type => definitions.get(type),
  };
}

interface MadeOrm {
  readonly orm: MikroORM<AbstractSqlDriver>;
  readonly entities: Readonly<Record<string, EntitySchema>>;
  readonly definitions: ReadonlyMap<unknown, EntityMetadata>;
}

function makeOrm(
  config: Configuration,
  module: object,
  of: ModuleName,
  own: Partial<Options<AbstractSqlDriver>> = {},
): MadeOrm {
  const bound = bindModule(module as VersionModule, of);
  try {
    const orm = new MikroORM<AbstractSqlDriver>({
      ...inheritedOptions(config),
      entities: [...bound.all],
      // With another's name, the context of a request or a transaction would hand back that other's manager.
      contextName: `${of.name} ${randomUUID()}`,
      ...own,
    });
    // The expression of a view names entities as its file knows them: it means the copies.
    answerFor(orm.getMetadata(), entity => bound.find(entity));
    for (const { meta } of bound.outsiders) markOutsider(orm.getMetadata().get(meta.class));
    return {
      orm,
      entities: bound.entities,
      definitions: new Map<unknown, EntityMetadata>(bound.all.map(({ meta }) => [meta.class, meta])),
    };
  } finally {
    forgetClasses(bound.all);
  }
}
