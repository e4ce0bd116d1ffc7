import { type PostgresServer, startPostgres } from './postgres.ts';

declare global {
  // `var` is the only declaration that becomes a property of globalThis.
  // oxlint-disable-next-line no-var
  var dejavuPostgres: PostgresServer | undefined;
}

/** Starts the PostgreSQL of this run before the first spec, unless `DEJAVU_PG_URL` names one that is to be used. */
export default async function setup(): Promise<void> {
  if (process.env['DEJAVU_PG_URL']) return;
  globalThis.dejavuPostgres = await startPostgres();
  process.env['DEJAVU_PG_URL'] = globalThis.dejavuPostgres.url;
  process.env['DEJAVU_PG_LOG'] = globalThis.dejavuPostgres.log;
}
