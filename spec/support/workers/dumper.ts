import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dump, restore, type RowProgress } from '../../../lib/dump/index.ts';
import { schemaOn } from '../../dump/releases.ts';
import { steps, zooReleases } from '../../dump/zoo-releases.ts';
import { dieSoon } from '../commits.ts';
import { openOrm, type TestDatabase } from '../databases.ts';
import { record } from '../recorder.ts';
import { given, say } from '../worker.ts';

/** A moment of a dump or a restore. */
export interface Stage {
  readonly name: string;
  /** The first statement that matches, before it is sent or after it was answered. */
  readonly sql?: string;
  /** The statement counts only once rows were loaded. */
  readonly afterRows?: boolean;
  /** The first progress with so many rows. */
  readonly rows?: number;
  /** A call of the file system. */
  readonly file?: 'rename';
  /** `during`: it was sent, and is not answered yet. */
  readonly when?: 'before' | 'during' | 'after';
}

// Dumps or restores, and kills itself at one moment of it, as exactly as only the process itself can.
const { address, verb, place, stage, releases } = given<{
  address: string;
  verb: 'dump' | 'restore';
  place: string;
  stage: Stage;
  releases: number;
}>();

const die = () => void process.kill(process.pid, 'SIGKILL');
let hasRows = false;
const onProgress = ({ done }: RowProgress) => {
  if (done > 0) hasRows = true;
  if (stage.rows !== undefined && done >= stage.rows) die();
};
const pattern = stage.sql === undefined ? undefined : new RegExp(stage.sql, 'im');
const isAt = (sql: string) => pattern?.test(sql) === true && (hasRows || !stage.afterRows);
const watch = (when: Stage['when']) => (_: number, sql: string) => {
  if (stage.when === when && isAt(sql)) die();
  if (stage.when === 'during' && when === 'before' && isAt(sql)) dieSoon(address);
};
if (stage.file) {
  const call = fs[stage.file];
  fs[stage.file] = async (...args) => {
    if (stage.when === 'before') die();
    await call(...args);
    if (stage.when === 'after') die();
  };
  syncBuiltinESMExports();
}

const opened: Awaited<ReturnType<typeof openOrm>>[] = [];
const database = {
  orm: async entities => {
    const orm = await openOrm(address, entities);
    opened.push(orm);
    return orm;
  },
} satisfies Pick<TestDatabase, 'orm'>;
const schema = await schemaOn(database as TestDatabase, zooReleases().slice(0, releases), releases === 1 ? {} : steps);
for (const orm of opened) await record(orm, { before: watch('before'), after: watch('after') });
await (verb === 'dump' ? dump : restore)(schema, place, { onProgress });
say('survived');
for (const orm of opened) await orm.close(true);
