/**
 * Loads everything `@mikro-orm/sql` exports, for code that asks whether a class is one of MikroORM's. The package comes with
 * the driver, and an application need not list it: where a package manager hides such packages, the result is empty.
 *
 * A function, because a bundle of CommonJS cannot await while a module is loaded.
 */
export async function loadSqlExports(): Promise<object> {
  return import('@mikro-orm/sql').catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return {};
  });
}

function isNotFound(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && /MODULE_NOT_FOUND$|^UNDECLARED_DEPENDENCY$/.test(String(error.code))
  );
}
