import { dropSpareDatabases } from './spare-databases.ts';

/** Ends the run after the last spec; a server that was there before is left as it was. */
export default async function teardown(): Promise<void> {
  const { url } = globalThis.dejavuRun ?? {};
  const server = process.env['DEJAVU_PG_URL'];
  if (!url && server) await dropSpareDatabases(server);
  await globalThis.dejavuRun?.end();
}
