import type { Identity } from '../../dialect.ts';

/** PostgreSQL itself, also as a distribution calls it; `PostgreSQL 18.0 on …`. */
const GENUINE = /^(PostgreSQL|EnterpriseDB) \d+(\.\d+)*(beta|rc|devel|\s|\s*\(|$)/;
/** What others add to the version that they imitate. */
const FOREIGN = /Redshift|Greenplum|Cloudberry|Materialize|RisingWave|QuestDB|CrateDB|GaussDB|Vertica|Netezza|H2/i;

/** What server answers. */
export const postgresqlIdentity: Identity = {
  sql: 'select pg_catalog.version() as version',
  nameOf(row) {
    const version = String(row?.version);
    if (/CockroachDB/i.test(version)) return 'cockroachdb';
    if (/-YB-|Yugabyte/i.test(version)) return 'yugabytedb';
    return GENUINE.test(version) && !FOREIGN.test(version) ? undefined : 'postgresqlKin';
  },
  nameOfRefusal: () => undefined,
};
