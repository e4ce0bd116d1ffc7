import { defineEntity, p, type MikroORM } from '@mikro-orm/sql';
import { isSchemaError, Schema, upgradeAll, type Step } from '../../../lib/index.ts';
import { openOrm } from '../databases.ts';
import { given, heard, say } from '../worker.ts';

// A process that boots an application of three modules, whose steps write down that they ran.
const { address, latest } = given<{ address: string; latest: number }>();

const Entry = defineEntity({
  name: 'Entry',
  properties: { id: p.integer().primary().autoincrement(), note: p.text() },
});

abstract class Module extends Schema {
  readonly latest: number = latest;

  constructor(orm: MikroORM) {
    super(orm);
    for (let version = 2; version <= latest; version += 1) {
      this[`upgradeTo_${version}`] = (step: Step) =>
        step.execute('insert into entry (note) values (?)', [`${this.guid} ${version}`]);
    }
  }
}

class Accounts extends Module {
  readonly guid = 'accounts';
  override readonly entities = [Entry];
}

class Billing extends Module {
  readonly guid = 'billing';
  override readonly entities = [];
  override readonly dependsOn = { accounts: 1 };
  override readonly steps = latest > 1 ? { 3: { dependsOn: { accounts: 2 } } } : {};
}

class Search extends Module {
  readonly guid = 'search';
  override readonly entities = [];
  override readonly dependsOn = { billing: 1 };
  override readonly steps = latest > 1 ? { 2: { dependsOn: { billing: 3 } }, 4: { dependsOn: { accounts: 4 } } } : {};
}

const orm = await openOrm(address, [Entry]);
const modules = [new Search(orm), new Billing(orm), new Accounts(orm)];
say('ready');
await heard('go');
try {
  say('booted', { report: await upgradeAll(modules, { waitMs: 120_000 }) });
} catch (error) {
  say('booted', { error: isSchemaError(error) ? { code: error.code, message: error.message } : String(error) });
}
await orm.close();
