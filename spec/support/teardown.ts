/** Stops the PostgreSQL that `setup` started, after the last spec. */
export default async function teardown(): Promise<void> {
  if (!globalThis.dejavuPostgres) return;
  await globalThis.dejavuPostgres.stop();
  globalThis.dejavuPostgres = undefined;
  delete process.env['DEJAVU_PG_URL'];
  delete process.env['DEJAVU_PG_LOG'];
}
