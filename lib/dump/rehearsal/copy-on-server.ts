import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/core';
import type { Call } from '../../boot/call.ts';
import type { DatabaseCopies } from '../../dialects/dialect.ts';
import { SchemaTargetError } from '../../errors.ts';
import { managementDatabaseOf } from '../../mikro-orm/schema-helper-parts.ts';
import { HeldConnection } from '../../store/connection.ts';
import { hasOneConnection } from '../../store/opening/local-files.ts';
import { opensOthers, ormOn } from '../../store/opening/other-orm.ts';
import { nameScratch } from '../../store/opening/scratch-names.ts';
import { restoreDump } from '../restore/restore-database.ts';
import { companyOf, dumpTogether } from '../scratch/company.ts';
import { withScratchCompany } from '../scratch/scratch-company.ts';
import { onScratch } from '../scratch/scratch-call.ts';
import { withTemporaryFolder } from '../scratch/temporary-folder.ts';
import type { ScratchCopy } from './scratch-copy.ts';

/** A connection next to the database, and what makes copies. */
interface Server {
  readonly held: HeldConnection;
  readonly copies: DatabaseCopies;
}

type CopyWork<T> = (copy: ScratchCopy) => Promise<T>;
type Swept = Pick<ScratchCopy, 'removed' | 'kept'>;

const NOTHING_SWEPT: Swept = { removed: [], kept: [] };

/** Copies a database into another one on its server. */
export async function withDatabaseCopy<T>(call: Call, work: CopyWork<T>): Promise<T> {
  const { guid, orm, place, dialect } = call.database;
  // PGlite runs in this process, with one connection: the copy is another one in memory.
  if (hasOneConnection(orm)) return workOnDump(call, NOTHING_SWEPT, work);
  const copies = await dialect.load.databaseCopies?.();
  if (!copies || !opensOthers(orm))
    throw new SchemaTargetError(
      `a rehearsal needs a scratch database next to ${place}, and this driver cannot open one. Run the steps in the database itself, rolled back at the end: \`npx dejavu plan --live\`.`,
      { guid, target: place },
    );
  const beside = await ormBeside(call);
  try {
    return await HeldConnection.hold(beside, call, async held => {
      const server = { held, copies };
      const swept = await sweep(server);
      return (await workOnTemplate(call, server, swept, work)) ?? (await workOnDump(call, swept, work));
    });
  } finally {
    await beside.close(true);
  }
}

/** The maintenance database, or the database itself for a role that may not use that one. */
async function ormBeside(call: Call): Promise<MikroORM> {
  const { orm, name } = call.database;
  const beside = await ormOn(orm, managementDatabaseOf(orm));
  try {
    await HeldConnection.ask(beside, call, 'select 1', []);
    return beside;
  } catch {
    await beside.close(true);
    return ormOn(orm, name);
  }
}

/** Works on a copy that the server makes of the whole database; `undefined` if it cannot make one. */
async function workOnTemplate<T>(call: Call, server: Server, swept: Swept, work: CopyWork<T>): Promise<T | undefined> {
  const { held, copies } = server;
  const { orm, name: source } = call.database;
  const name = nameScratch('rehearsal');
  if (!(await isFree(server, source)) || !(await copies.copy(held, name, source))) return undefined;
  const scratch = await ormOn(orm, name, { hasEntities: true });
  try {
    return await work({ call: onScratch(call, { orm: scratch, name }), way: 'template', ...swept });
  } finally {
    await scratch.close(true);
    await drop(server, name);
  }
}

/** Works on what belongs to this Schema and to those it needs: their storage as their versions say, and their rows. */
async function workOnDump<T>(call: Call, swept: Swept, work: CopyWork<T>): Promise<T> {
  const { allowLoss } = call;
  const company = await companyOf(call);
  return withTemporaryFolder(async folder => {
    const own = join(folder, 'dump');
    const dumps = async () => dumpTogether(call, company, { folder, own });
    return withScratchCompany(call, folder, { company, dumps }, async ({ call: scratch }) => {
      await restoreDump(scratch, own, { stay: true });
      return work({ call: { ...scratch, allowLoss }, way: 'dump', ...swept });
    });
  });
}

const ROUNDS = 10;
const PAUSE_MS = 20;

/** A session of this process that has just ended is seen for a moment. Those of others stay, and cost this moment. */
async function isFree({ held, copies }: Server, name: string): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!(await copies.isUsed(held, name))) return true;
    await sleep(PAUSE_MS);
  }
  return false;
}

async function drop({ held, copies }: Server, name: string): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    if (await copies.drop(held, name)) return true;
    await sleep(PAUSE_MS);
  }
  return false;
}

async function sweep({ held, copies }: Server): Promise<Swept> {
  const [removed, kept]: [string[], string[]] = [[], []];
  for (const name of await copies.leftOver(held)) ((await copies.drop(held, name)) ? removed : kept).push(name);
  return { removed, kept };
}
