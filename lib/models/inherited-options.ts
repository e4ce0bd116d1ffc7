import type { Configuration, Logger, Options } from '@mikro-orm/core';
import type { AbstractSqlDriver } from '@mikro-orm/sql';

/** The options that decide what storage a set of entities has, and what its values look like on both sides. */
const SHAPING = [
  'driver',
  'dbName',
  'schema',
  'charset',
  'collate',
  'namingStrategy',
  'embeddables',
  'schemaGenerator',
  'migrations',
  'timezone',
  'forceUtcTimezone',
  'forceUndefined',
  'onQuery',
] as const satisfies (keyof Options)[];

/** The options that decide how an EntityManager behaves for code that knows the application's. */
const MANNERS = [
  'assign',
  'autoJoinOneToOneOwner',
  'batchSize',
  'colors',
  'debug',
  'findExactlyOneOrFailHandler',
  'findOneOrFailHandler',
  'flushMode',
  'ignoreDeprecations',
  'ignoreUndefinedInQuery',
  'implicitTransactions',
  'initNullableProperties',
  'loadStrategy',
  'persistOnCreate',
  'populateAfterFlush',
  'populateWhere',
  'processOnCreateHooksEarly',
  'propagationOnPrototype',
  'serialization',
  'slowQueryThreshold',
  'upsertManaged',
  'useBatchInserts',
  'useBatchUpdates',
  'validateRequired',
  'verbose',
] as const satisfies (keyof Options)[];

/**
 * What an ORM of frozen entities takes over from the application's: these options and no others. Left behind is everything that
 * could open a connection, and the application's own code: subscribers, filters, repositories, managers, extensions,
 * compiled functions, caches.
 */
export function inheritedOptions(config: Configuration): Partial<Options<AbstractSqlDriver>> {
  const taken = [...SHAPING, ...MANNERS].map(key => [key, config.get(key)] as const);
  return {
    ...Object.fromEntries(taken.filter(([, value]) => value !== undefined)),
    // What an asynchronously made ORM says about itself does not hold here.
    discovery: { ...config.get('discovery'), skipSyncDiscovery: false, warnWhenNoEntities: false },
    metadataCache: { enabled: false },
    loggerFactory: () => speakThrough(config.getLogger()),
    slowQueryLoggerFactory: () => config.getSlowQueryLogger(),
    ensureDatabase: false,
    extensions: [],
  };
}

/** Statements go to the application's log. How it is set stays its own affair, and being made is nothing to tell. */
function speakThrough(logger: Logger): Logger {
  return {
    log: (namespace, ...said) => {
      if (namespace !== 'discovery' && namespace !== 'info') logger.log(namespace, ...said);
    },
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
    logQuery: logger.logQuery.bind(logger),
    isEnabled: logger.isEnabled.bind(logger),
    setDebugMode: () => {},
  };
}
