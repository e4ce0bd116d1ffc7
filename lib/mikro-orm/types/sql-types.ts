/*
 * MikroORM's SQL types for what an application sees. They are in `@mikro-orm/sql`, which an application has through its
 * driver and does not list, so pnpm without hoisting and Yarn PnP hide it: there they are found in the driver, which hands
 * them on. A comment before each import keeps TypeScript from reporting a driver that is not installed.
 */
/** @ts-ignore */
type SqlManager = import('@mikro-orm/sql').SqlEntityManager;
/** @ts-ignore */
type SqliteManager = import('@mikro-orm/sqlite').SqlEntityManager;
/** @ts-ignore */
type PostgresManager = import('@mikro-orm/postgresql').SqlEntityManager;
/** @ts-ignore */
type PgliteManager = import('@mikro-orm/pglite').SqlEntityManager;

/** @ts-ignore */
type SqlDriver = import('@mikro-orm/sql').AbstractSqlDriver;
/** @ts-ignore */
type SqliteDriver = import('@mikro-orm/sqlite').AbstractSqlDriver;
/** @ts-ignore */
type PostgresDriver = import('@mikro-orm/postgresql').AbstractSqlDriver;
/** @ts-ignore */
type PgliteDriver = import('@mikro-orm/pglite').AbstractSqlDriver;

/** Chooses the first type that can be imported. A missing type is `any`, to which a text can be assigned, unlike to a class. */
type FirstFound<A, B, C, D> = ['no class'] extends [A]
  ? ['no class'] extends [B]
    ? ['no class'] extends [C]
      ? D
      : C
    : B
  : A;

/** MikroORM's `SqlEntityManager`. */
export type SqlEntityManager = FirstFound<SqlManager, SqliteManager, PostgresManager, PgliteManager>;

/** MikroORM's `AbstractSqlDriver`, the driver of any SQL database. */
export type AbstractSqlDriver = FirstFound<SqlDriver, SqliteDriver, PostgresDriver, PgliteDriver>;
