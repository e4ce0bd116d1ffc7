import type { Configuration, EntityManager, EntityMetadata, Platform } from '@mikro-orm/core';
import type { DatabaseSchema, DatabaseTable, SqlSchemaGenerator } from '@mikro-orm/sql';
import { missingPart } from './missing-part.ts';
import { keepStoredNames } from '../models/stored-names.ts';
import { quoteText } from '../sql/quoting.ts';

/** Whose storage is to be generated. */
interface GeneratorOptions {
  readonly metadata: readonly EntityMetadata[];
  /** Where tables go whose entities name no namespace. */
  readonly namespace: string | undefined;
  /** Whether routines, which belong to no entity, are to be generated too. */
  readonly withRoutines: boolean;
}

/** The overridden parts of MikroORM's generator, where one part calls another. */
type Overridden = SqlSchemaGenerator & {
  getOrderedMetadata(schema?: string, includeWildcardSchema?: boolean): EntityMetadata[];
};

/**
 * MikroORM's own generator, kept to some entities and to one namespace, with defaults that may hold quotes. It is the
 * application's: a separate import could find another release than the one the application's driver came with.
 */
export class StorageGenerator {
  readonly #generator: SqlSchemaGenerator;
  readonly #platform: Platform;

  constructor(em: EntityManager, { metadata, namespace, withRoutines }: GeneratorOptions) {
    const platform = em.getPlatform();
    const generator = platform.getSchemaGenerator(em.getDriver(), em) as unknown as Overridden;
    for (const part of ['getOrderedMetadata', 'getTargetSchema', 'getCreateSchemaSQL'] as const)
      if (typeof generator[part] !== 'function') throw missingPart(`SqlSchemaGenerator.${part}()`);
    const getOrderedMetadata = generator.getOrderedMetadata.bind(generator);
    const getTargetSchema = generator.getTargetSchema.bind(generator);
    Reflect.set(generator, 'config', configurationFor(em.config, namespace, withRoutines));
    generator.getOrderedMetadata = () => getOrderedMetadata(undefined, true).filter(meta => metadata.includes(meta));
    generator.getTargetSchema = () => {
      const schema = unchanged(metadata, () => getTargetSchema(namespace ?? platform.getDefaultSchemaName()));
      for (const meta of generator.getOrderedMetadata()) escapeDefaults(schema, meta);
      forgetUnusedEnums(schema);
      keepStoredNames(schema, platform);
      return schema;
    };
    this.#generator = generator;
    this.#platform = platform;
  }

  /** The statements that create all of it, in an order that runs. */
  async statements(): Promise<string[]> {
    return splitStatements(await this.#generator.getCreateSchemaSQL({ wrap: false }), this.#platform);
  }

  /** The tables, views and types as data. */
  getTargetSchema(): DatabaseSchema {
    return this.#generator.getTargetSchema();
  }
}

/**
 * MikroORM writes sizes that it fills in into the properties themselves. Compared with a frozen version later, they would
 * pass for sizes that the entity asks for.
 */
function unchanged<T>(metadata: readonly EntityMetadata[], work: () => T): T {
  const sizes = metadata.flatMap(({ props }) =>
    props.map(prop => ({ prop, length: prop.length, precision: prop.precision, scale: prop.scale })),
  );
  try {
    return work();
  } finally {
    for (const { prop, ...size } of sizes) Object.assign(prop, size);
  }
}

/** MikroORM makes a type for each native enum, also for one inside an object, where no column has it. */
function forgetUnusedEnums(schema: DatabaseSchema): void {
  const columns = schema.getTables().flatMap(table => table.getColumns());
  const used = new Set(columns.map(({ nativeEnumName }) => nativeEnumName?.replace(/^[^.]*\./, '')));
  const enums = Object.entries(schema.getNativeEnums());
  schema.setNativeEnums(Object.fromEntries(enums.filter(([, { name }]) => used.has(name))));
}

/** Finds the table of an entity: another namespace may hold one of the same name. */
export function tableOf(schema: DatabaseSchema, { tableName, schema: own }: EntityMetadata): DatabaseTable | undefined {
  const home = own && own !== '*' ? own : schema.name;
  return schema.getTables().find(table => table.name === tableName && table.schema === home);
}

/** Cuts a script at the end of each statement that is not inside a literal, a quoted name or a comment. */
function splitStatements(script: string, platform: Platform): string[] {
  const [open, close] = platform.quoteIdentifier('');
  const whole = new RegExp(`'[^']*'|\\${open}[^\\${close}]*\\${close}|--[^\n]*`, 'g');
  const parts: string[] = [];
  for (const piece of script.split(';\n')) {
    const last = parts.at(-1);
    // A quote that is left over opened a literal that goes on.
    if (last?.replace(whole, '').includes("'")) parts[parts.length - 1] = `${last};\n${piece}`;
    else parts.push(piece);
  }
  return parts.map(statement => statement.trim()).filter(statement => statement !== '');
}

/** MikroORM puts a string default between quotes and leaves the quotes inside it as they are. */
function escapeDefaults(schema: DatabaseSchema, meta: EntityMetadata): void {
  const table = tableOf(schema, meta);
  for (const prop of meta.props) {
    const raw = prop.defaultRaw;
    if (typeof prop.default !== 'string' || !raw?.startsWith("'") || !raw.slice(1, -1).includes("'")) continue;
    const column = table?.getColumn(prop.fieldNames[0] as string);
    if (column) column.default = quoteText(raw.slice(1, -1));
  }
}

/** The configuration, as if it had been written for another namespace, and without routines if they are not wanted. */
function configurationFor(config: Configuration, namespace: string | undefined, withRoutines: boolean): Configuration {
  return new Proxy(config, {
    get(target, key) {
      if (key === 'getRoutines' && !withRoutines) return () => [];
      if (key === 'get' && namespace !== undefined)
        return (name: never, ...rest: []) => (name === 'schema' ? namespace : target.get(name, ...rest));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
