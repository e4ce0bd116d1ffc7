/**
 * Everything `@mikro-orm/sql` exports, to tell whether a class is one of MikroORM's. It comes with the
 * driver, and an application need not list it: where a package manager hides such packages, it is empty.
 */
export const sqlExports: object = await import('@mikro-orm/sql').catch((error: unknown) => {
  if (!isNotFound(error)) throw error;
  return {};
});

function isNotFound(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && /MODULE_NOT_FOUND$|^UNDECLARED_DEPENDENCY$/.test(String(error.code))
  );
}
