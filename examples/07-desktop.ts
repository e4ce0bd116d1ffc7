/*
 * A desktop application: the user's file is saved before the first step, the upgrade runs in a worker so that the window
 * stays alive, and a step that fails leaves the file as it was, for the old release to go on with.
 *
 *   node examples/07-desktop.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { isSchemaError, Schema, type Step } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'

const Note = () => defineEntity({ name: 'Note', properties: { id: p.integer().primary(), text: p.string() } });

class OldNotes extends Schema {
  readonly guid = 'notes';
  readonly latest: number = 2;
}

/** Seven releases later. With `broken`, somebody forgot something in version 7. */
class Notes extends Schema {
  readonly guid = 'notes';
  readonly latest = 9;
  readonly #broken: boolean;

  constructor(orm: MikroORM, broken: boolean) {
    super(orm);
    this.#broken = broken;
  }

  async upgradeTo_3(step: Step) {
    await step.execute('alter table note add column edits integer not null default 0');
  }
  async upgradeTo_4(step: Step) {
    await step.execute('update note set edits = edits + 1');
  }
  async upgradeTo_5(step: Step) {
    await step.execute('create index note_edits on note (edits)');
  }
  async upgradeTo_6(step: Step) {
    await step.execute('update note set edits = edits + 1');
  }
  async upgradeTo_7(step: Step) {
    if (this.#broken) await step.execute('update note set titel = text'); // there is no titel
  }
  async upgradeTo_8(step: Step) {
    await step.execute('update note set edits = edits + 1');
  }
  async upgradeTo_9(step: Step) {
    await step.execute('drop index note_edits');
  }
}

interface Job {
  readonly dbName: string;
  readonly backup: string;
  readonly broken: boolean;
}

/** In Electron this is a utility process: SQLite works in the thread that calls it, and a window has none to spare. */
async function upgradeInWorker(job: Job): Promise<string> {
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  return new Promise<string>((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

if (!isMainThread) {
  const { dbName, backup, broken } = workerData as Job;
  const orm = await MikroORM.init({ entities: [Note()], dbName });
  try {
    const report = await new Notes(orm, broken).upgrade({ backup });
    parentPort?.postMessage(`Upgraded from ${report.from} to ${report.to}, saved before.`);
  } catch (error) {
    if (!isSchemaError(error)) throw error;
    parentPort?.postMessage(`${error.code}: ${error.message.replaceAll(backup, 'notes.before-9.db')}`);
  } finally {
    await orm.close();
  }
} else {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-desktop-'));
  const dbName = join(folder, 'notes.db');

  const orm = await MikroORM.init({ entities: [Note()], dbName });
  const old = new OldNotes(orm);
  await old.upgrade();
  await orm.em.fork().execute(`insert into note (text) values ('buy milk')`);
  console.log('The user has a file at version 2, with a note in it.');

  let frames = 0;
  const window = setInterval(() => (frames += 1), 5);
  console.log(await upgradeInWorker({ dbName, backup: join(folder, 'notes.before-9.db'), broken: true }));
  clearInterval(window);
  console.log(frames > 0 ? 'The window stayed alive meanwhile.' : 'The window froze.');

  await old.assertVersion();
  console.log(`The old release still runs: the file is at version ${await old.deployed()}.`);
  await orm.close();

  console.log(await upgradeInWorker({ dbName, backup: join(folder, 'notes.before-9.again.db'), broken: false }));

  const saved = await MikroORM.init({ entities: [Note()], dbName: join(folder, 'notes.before-9.again.db') });
  console.log(`What was saved is at version ${await new OldNotes(saved).deployed()}, note and all.`);
  await saved.close();
  rmSync(folder, { recursive: true });
}
