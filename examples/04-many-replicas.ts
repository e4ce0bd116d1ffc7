/*
 * Many replicas boot at once: every one of them calls upgrade(), and each step runs once.
 *
 *   node examples/04-many-replicas.ts
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema, type Step, type UpgradeReport } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'

const REPLICAS = 4;
const execute = promisify(execFile);

const Account = defineEntity({
  name: 'Account',
  properties: { id: p.integer().primary(), balance: p.integer() },
});

class OldBankSchema extends Schema {
  readonly guid = 'bank';
  readonly latest = 1;

  override async onInstall(step: Step) {
    step.em.create(Account, { id: 1, balance: 0 });
  }
}

// Three steps that nobody may take twice.
class BankSchema extends Schema {
  readonly guid = 'bank';
  readonly latest = 4;

  async upgradeTo_2(step: Step) {
    await step.execute('update account set balance = balance + 1');
  }

  async upgradeTo_3(step: Step) {
    await step.execute('update account set balance = balance + 10');
  }

  async upgradeTo_4(step: Step) {
    await step.execute('update account set balance = balance + 100');
  }
}

/** A replica: one process, which knows nothing of the others. */
async function replica(dbName: string): Promise<UpgradeReport> {
  const orm = await MikroORM.init({ entities: [Account], dbName });
  try {
    return await new BankSchema(orm).upgrade();
  } finally {
    await orm.close();
  }
}

/** Deploys: installs the release before, then starts all replicas of this one at once. */
async function deploy() {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-replicas-'));
  const dbName = join(folder, 'bank.db');
  const orm = await MikroORM.init({ entities: [Account], dbName });
  await new OldBankSchema(orm).upgrade();
  console.log('The bank is at version 1, its one account has a balance of 0.');

  const reports = await Promise.all(Array.from({ length: REPLICAS }, () => start(dbName)));
  for (const [index, { outcome, to, steps }] of reports.entries()) {
    const ran =
      steps.length > 0 ? `ran the steps ${steps.map(step => step.version).join(', ')}` : 'found nothing left to do';
    console.log(`Replica ${index + 1}: ${outcome}, at version ${to}, ${ran}.`);
  }

  const ran = reports.flatMap(report => report.steps.map(step => step.version)).toSorted((a, b) => a - b);
  console.log(`All ${REPLICAS} succeeded, and between them they ran the steps ${ran.join(', ')}.`);
  const account = await orm.em.fork().findOneOrFail(Account, 1);
  console.log(`The balance is ${account.balance}.`);
  await orm.close();
  rmSync(folder, { recursive: true });
}

async function start(dbName: string): Promise<UpgradeReport> {
  const { stdout } = await execute(process.execPath, [import.meta.filename, dbName]);
  return JSON.parse(stdout) as UpgradeReport;
}

const [, , dbName] = process.argv;
if (dbName === undefined) await deploy();
else console.log(JSON.stringify(await replica(dbName)));
