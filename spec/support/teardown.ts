import { dropSpareDatabases } from './spare-databases.ts';

/** Stops the PostgreSQL that `setup` started, after the last spec; one that was there before is left as it was. */
export default async function teardown(): Promise<void> {
  if (!globalThis.dejavuPostgres) return leaveAsItWas();
  await globalThis.dejavuPostgres.stop();
  globalThis.dejavuPostgres = undefined;
  delete process.env['DEJAVU_PG_URL'];
  delete process.env['DEJAVU_PG_LOG'];
}

async function leaveAsItWas(): Promise<void> {
  const server = process.env['DEJAVU_PG_URL'];
  if (server) await dropSpareDatabases(server);
}
