import { randomUUID } from 'node:crypto';
import { existsSync, openAsBlob, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite as Original, type PGliteOptions } from '../../node_modules/@electric-sql/pglite/dist/index.js';

export * from '../../node_modules/@electric-sql/pglite/dist/index.js';

/*
 * PGlite, as specs, MikroORM and the library import it here. A new database begins as a copy of the first one of the run.
 * PGlite does the same each time, with a first one of its own: initdb fills another PGlite, whose folder is copied. Doing that
 * once takes a fifth of the time, and so does compiling it once for all specs of a process.
 */

declare global {
  // `var` is the only declaration that becomes a property of globalThis.
  // oxlint-disable-next-line no-var
  var compileOnce: (file: string) => Promise<unknown>;
}

/** What makes the first one of a database differ from that of others. */
const OWN_START = [
  'loadDataDir',
  'fs',
  'noInitDb',
  'username',
  'icuDataDir',
  'initDbStartParams',
] as const satisfies (keyof PGliteOptions)[];
const WASM = fileURLToPath(new URL('../../node_modules/@electric-sql/pglite/dist/pglite.wasm', import.meta.url));
const FIRST = join(tmpdir(), 'first.pglite.tar');

/** PGlite, of which only the making of a new database differs. */
export class PGlite extends Original {
  static override async create(place?: string | PGliteOptions, more?: PGliteOptions): Promise<never> {
    const options = typeof place === 'string' ? { ...more, dataDir: place } : { ...place };
    await globalThis.compileOnce(WASM);
    const made = Original.create(hasStart(options) ? options : { ...options, loadDataDir: await first() });
    return made as Promise<never>;
  }
}

/** Whether a database is there already, or begins otherwise. */
function hasStart(options: PGliteOptions): boolean {
  const folder = options.dataDir?.replace(/^file:\/\//, '');
  return (
    OWN_START.some(name => options[name] !== undefined) ||
    (folder !== undefined && existsSync(join(folder, 'PG_VERSION')))
  );
}

async function first(): Promise<Blob> {
  if (!existsSync(FIRST)) {
    const made = await Original.create();
    const part = `${FIRST}.${randomUUID()}`;
    writeFileSync(part, new Uint8Array(await (await made.dumpDataDir('none')).arrayBuffer()));
    await made.close();
    // Another process may have done the same
    renameSync(part, FIRST);
  }
  return openAsBlob(FIRST);
}
