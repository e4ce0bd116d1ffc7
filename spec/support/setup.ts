import { type Run, startRun } from './run.ts';

declare global {
  // `var` is the only declaration that becomes a property of globalThis.
  // oxlint-disable-next-line no-var
  var dejavuRun: Run | undefined;
}

/** Starts this run's folder and PostgreSQL before the first spec, unless `DEJAVU_PG_URL` names a server that is to be used. */
export default async function setup(): Promise<void> {
  const run = await startRun({ postgres: !process.env['DEJAVU_PG_URL'] });
  globalThis.dejavuRun = run;
  // Every process of the run inherits it: its temporary files are found by it, and so is the process itself.
  process.env['TMPDIR'] = run.folder;
  if (run.url) Object.assign(process.env, { DEJAVU_PG_URL: run.url, DEJAVU_PG_LOG: run.log });
}
