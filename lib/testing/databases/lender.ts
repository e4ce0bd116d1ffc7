import { randomUUID } from 'node:crypto';
import { MikroORM, type Options } from '@mikro-orm/core';
import { lendEntities } from '../../mikro-orm/inner-orm.ts';
import type { DialectName } from '../../dialects/registry.ts';

/** The configuration of an ORM on any driver. */
// oxlint-disable-next-line typescript/no-explicit-any -- any driver, and any EntityManager with it
export type OrmOptions = Partial<Options<any, any, any>>;

/** The required place of a lent database: in a file or on a server, it outlives the process that works on it. */
export type LentKind = 'any' | 'lasting';

/** A separate database for one check. */
export interface LentDatabase {
  /** The ORM of the application on it. */
  readonly orm: MikroORM;
  /** The address for other processes: a path or a URL; `undefined` if only this process has it. */
  readonly address: string | undefined;
  /** Closes the database, and removes everything that the check left. */
  readonly giveBack: () => Promise<void>;
}

/** Lends empty databases of one kind. */
export interface Lender {
  /** The name for people: `SQLite`. */
  readonly title: string;
  readonly dialect: DialectName;
  /** @param owner an ORM with the entities of the application, which the lent one works with as well */
  lend(kind: LentKind, owner: MikroORM): Promise<LentDatabase>;
}

/**
 * Makes the ORM of the application on another database, with the entities of its owner. Nothing of the application's database is
 * left in its options.
 */
export function applicationOn(owner: MikroORM, options: OrmOptions, place: OrmOptions): MikroORM {
  const { clientUrl: _clientUrl, replicas: _replicas, entitiesTs: _entitiesTs, ...rest } = options;
  const orm = new MikroORM({
    ...rest,
    ...place,
    entities: [],
    discovery: { ...rest.discovery, warnWhenNoEntities: false, skipSyncDiscovery: true },
    metadataCache: { enabled: false },
    extensions: owner.config.get('extensions'),
    ensureDatabase: false,
    contextName: `proof ${randomUUID()}`,
  } as Options);
  return lendEntities(owner, orm);
}
