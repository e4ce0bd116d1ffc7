import type {
  Configuration,
  EntityManager,
  EntityMetadata,
  MetadataStorage,
  NamingStrategy,
  Platform,
  SchemaTable,
} from '@mikro-orm/core';

/** What entities can be described from: an ORM or an EntityManager, connected or not. */
export interface EntitySource {
  readonly config: Configuration;
  getMetadata(): MetadataStorage;
}

/** What every part of a description is read with. */
export interface Reading {
  readonly platform: Platform;
  readonly metadata: MetadataStorage;
  readonly naming: NamingStrategy;
  /** Hands a view's expression the manager it asks for; nothing is sent through it. */
  readonly em: EntityManager;
  readonly rules: {
    /** Tables that other tools create. */
    readonly skipTables?: (string | RegExp)[];
    /** Columns that other tools create, by table. */
    readonly skipColumns?: Readonly<Record<string, (string | RegExp)[]>>;
    readonly createForeignKeyConstraints?: boolean;
    readonly defaultDeleteRule?: string;
    readonly defaultUpdateRule?: string;
  };
}

export function readingOf(source: EntitySource): Reading {
  const platform = source.config.getPlatform();
  return {
    platform,
    metadata: source.getMetadata(),
    naming: source.config.getNamingStrategy(),
    em: source.config.getDriver().createEntityManager(false),
    rules: source.config.get('schemaGenerator'),
  };
}

/** The table as callbacks of an index, a check or a generated column are handed it. */
export function tableOf(meta: EntityMetadata): SchemaTable {
  const qualifiedName = meta.schema ? `${meta.schema}.${meta.tableName}` : meta.tableName;
  const namespace = meta.schema === undefined ? {} : { schema: meta.schema };
  return { name: meta.tableName, ...namespace, qualifiedName, toString: () => qualifiedName };
}

/** Tells whether another tool creates the table of an entity: `schemaGenerator.skipTables` names it, with its namespace or without. */
export function isSkipped(meta: EntityMetadata, { rules: { skipTables = [] }, platform }: Reading): boolean {
  const namespace = meta.schema ?? platform.getDefaultSchemaName();
  const names = [meta.tableName, ...(namespace === undefined ? [] : [`${namespace}.${meta.tableName}`])];
  return skipTables.some(skipped => names.some(name => isNamed(name, skipped)));
}

/** Tells whether `schemaGenerator.skipColumns` names one of some columns of an entity's table. */
export function isSkippedColumn(
  columns: readonly string[] | undefined,
  { tableName, schema }: EntityMetadata,
  { rules: { skipColumns = {} } }: Reading,
): boolean {
  const skipped = skipColumns[tableName] ?? (schema === undefined ? undefined : skipColumns[`${schema}.${tableName}`]);
  return skipped?.some(named => columns?.some(column => isNamed(column, named))) ?? false;
}

function isNamed(name: string, named: string | RegExp): boolean {
  if (typeof named === 'string') return named.toLowerCase() === name.toLowerCase();
  return new RegExp(named.source, named.flags.replaceAll(/[gy]/g, '')).test(name);
}
