import type { Configuration, EntityManager, EntityMetadata } from '@mikro-orm/core';
import { DatabaseSchema, SqlSchemaGenerator } from '@mikro-orm/sql';

/** Whose storage is to be generated. */
export interface GeneratorOptions {
  readonly metadata: readonly EntityMetadata[];
  /** Where tables go whose entities name no namespace. */
  readonly namespace: string | undefined;
  /** Whether routines, which belong to no entity, are to be generated too. */
  readonly withRoutines: boolean;
}

/** MikroORM's own generator, kept to some entities and to one namespace, with defaults that may hold quotes. */
export class StorageGenerator extends SqlSchemaGenerator {
  readonly #options: GeneratorOptions;

  constructor(em: EntityManager, options: GeneratorOptions) {
    super(em as never);
    this.#options = options;
    if (options.namespace !== undefined) Reflect.set(this, 'config', inNamespace(em.config, options.namespace));
  }

  /** The statements that create all of it, in an order that runs. */
  async statements(): Promise<string[]> {
    const sql = await this.getCreateSchemaSQL({ wrap: false });
    // private to MikroORM, which splits with it what it executes itself
    const parts = this['splitOutsideLiterals'](sql, ';\n') as string[];
    return parts.map(statement => statement.trim()).filter(statement => statement !== '');
  }

  override getTargetSchema(): DatabaseSchema {
    const { namespace, withRoutines } = this.#options;
    const metadata = this.getOrderedMetadata();
    const schema = DatabaseSchema.fromMetadata(
      metadata,
      this.platform,
      this.config,
      namespace ?? this.platform.getDefaultSchemaName(),
      this.em,
    );
    for (const meta of metadata) escapeDefaults(schema, meta);
    const routines = withRoutines ? this.config.getRoutines() : [];
    if (routines.length > 0) schema.addRoutinesFromMetadata(routines, this.platform, this.em);
    return schema;
  }

  protected override getOrderedMetadata(): EntityMetadata[] {
    return super.getOrderedMetadata(undefined, true).filter(meta => this.#options.metadata.includes(meta));
  }
}

/** MikroORM puts a string default between quotes and leaves the quotes inside it as they are. */
function escapeDefaults(schema: DatabaseSchema, meta: EntityMetadata): void {
  const table = schema.getTables().find(candidate => candidate.name === meta.tableName);
  for (const prop of meta.props) {
    const raw = prop.defaultRaw;
    if (typeof prop.default !== 'string' || !raw?.startsWith("'") || !raw.slice(1, -1).includes("'")) continue;
    const column = table?.getColumn(prop.fieldNames[0] as string);
    if (column) column.default = `'${raw.slice(1, -1).replaceAll("'", "''")}'`;
  }
}

/** The configuration, as if it had been written for another namespace. */
function inNamespace(config: Configuration, namespace: string): Configuration {
  return new Proxy(config, {
    get(target, key) {
      if (key === 'get')
        return (name: never, ...rest: []) => (name === 'schema' ? namespace : target.get(name, ...rest));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
