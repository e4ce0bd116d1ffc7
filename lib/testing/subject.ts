import { MikroORM } from '@mikro-orm/core';
import { openSchema } from '../open-schema.ts';
import type { Schema } from '../schema.ts';
import { SchemaTargetError } from '../errors.ts';
import type { EntityLike } from '../boot/modules/neighbours.ts';
import type { LentDatabase, OrmOptions } from './databases/lender.ts';
import { ownsEntities } from '../mikro-orm/inner-orm.ts';
import { keepModels, KeptModels } from '../models/kept/kept-models.ts';
import { openLender } from './databases/open-lender.ts';
import { PreparedDatabases } from './rows/prepared-databases.ts';
import type { Declarations, ProofPlace, RowSeed, Subject } from './law.ts';

/** A class of a Schema, as users write it: it takes an ORM. */
// oxlint-disable-next-line typescript/no-explicit-any -- any ORM
export type ProvableSchema = new (orm: any) => Schema<any>;

/** Makes a Schema on an ORM, as the application does. */
// oxlint-disable-next-line typescript/no-explicit-any -- any ORM
export type MakeSchema = (orm: any) => Schema<any>;

/** Opens a Schema on one kind of database for the laws. Connects to nothing. */
export async function openSubject(
  make: MakeSchema,
  given: OrmOptions,
  settings: RowSeed & Declarations,
): Promise<Subject> {
  const options = await withEntities(make, await withDriver(given));
  const orm = await MikroORM.init({ ...options, contextName: 'proof' });
  const { definition } = openSchema(make(orm));
  const lender = await openLender(definition.guid, options);
  const models = new KeptModels();
  keepModels(orm, models);
  let owner = orm;
  /** An ORM that the application makes between two checks takes the entities. */
  const ownerOfEntities = async () => {
    if (!ownsEntities(owner)) owner = await MikroORM.init({ ...options, contextName: 'proof' });
    return owner;
  };
  const lend: Subject['lend'] = async (work, kind = 'any') => {
    const lent = await lender.lend(kind, await ownerOfEntities());
    keepModels(lent.orm, models);
    return useLent(lent, make, work);
  };
  return {
    definition,
    dialect: lender.title,
    dialectName: lender.dialect,
    options: settings,
    orm,
    schema: () => make(orm),
    lend,
    prepared: new PreparedDatabases(lend),
  };
}

async function useLent<T>(
  { orm, address, giveBack }: LentDatabase,
  make: MakeSchema,
  work: (place: ProofPlace) => Promise<T>,
): Promise<T> {
  try {
    const schema = () => make(orm);
    return await work({
      orm,
      address,
      schema,
      call: (options, name = 'proveSchema') => openSchema(schema()).call(options, name),
    });
  } finally {
    await giveBack();
  }
}

/** SQLite in memory, where the configuration names no driver and no database. */
async function withDriver(given: OrmOptions): Promise<OrmOptions> {
  const options = { ...(given.clientUrl === undefined && { dbName: ':memory:' }), ...given };
  if (options.driver) return options;
  const { SqliteDriver } = await import('@mikro-orm/sqlite');
  return { ...options, driver: SqliteDriver };
}

/** The entities of the configuration, or those that the Schema lists. */
async function withEntities(make: MakeSchema, options: OrmOptions): Promise<OrmOptions> {
  if ((options.entities ?? options.entitiesTs ?? []).length > 0) return options;
  const orm = await MikroORM.init({ ...options, entities: [], discovery: { warnWhenNoEntities: false } });
  const { guid, entities } = make(orm) as { guid: string; entities?: readonly EntityLike[] };
  if (entities && entities.length > 0) return { ...options, entities: [...entities] } as OrmOptions;
  throw new SchemaTargetError(
    'proveSchema() does not know the entities. Pass the configuration of MikroORM that your application uses: ' +
      '`proveSchema(ZooSchema, { databases: [config] })`.',
    { guid, target: options.entities },
  );
}
