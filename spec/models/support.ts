import type { MikroORM, SqlEntityManager } from '@mikro-orm/sql';
import { MikroORM as PostgresOrm } from '@mikro-orm/postgresql';
import { MikroORM as SqliteOrm } from '@mikro-orm/sqlite';

type SchemaGenerator = { update(options?: { wrap?: boolean }): Promise<void> };

/** Runs `work` inside a transaction that is always rolled back. */
export async function inTransaction<T>(orm: MikroORM, work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
  const em = orm.em.fork() as SqlEntityManager;
  await em.begin();
  try {
    return await work(em);
  } finally {
    await em.rollback();
  }
}

/** Creates what is missing of the storage behind opened entities, in their transaction. */
export async function createStorage({ em }: { readonly em: SqlEntityManager }): Promise<void> {
  const generator: SchemaGenerator | undefined = em.config.getExtension('@mikro-orm/schema-generator');
  await generator?.update({ wrap: false });
}

/** Applications on either driver that never connect. */
export function offline(options: object = {}) {
  const made = { entities: [], dbName: 'nowhere', discovery: { warnWhenNoEntities: false }, ...options };
  return [
    { name: 'sqlite', orm: new SqliteOrm(made) },
    { name: 'postgresql', orm: new PostgresOrm(made) },
  ] as const;
}
