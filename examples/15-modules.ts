/*
 * Three modules of one application, each with its own Schema in one database. Billing needs accounts, search needs billing.
 * upgradeAll brings them up in an order that keeps every need, and says what failed and what was not begun for that reason.
 *
 *   node examples/15-modules.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { isSchemaError, onBoot, readiness, Schema, upgradeAll, type Step } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'

const Account = defineEntity({ name: 'Account', properties: { id: p.integer().primary(), country: p.string() } });
const Bill = defineEntity({
  name: 'Bill',
  properties: { id: p.integer().primary(), account: () => p.manyToOne(Account), currency: p.string() },
});
const Hit = defineEntity({ name: 'Hit', properties: { id: p.integer().primary(), text: p.string() } });

class AccountsSchema extends Schema {
  readonly guid = 'accounts';
  readonly latest: number = 1;
  override readonly entities = [Account];
}

class BillingSchema extends Schema {
  readonly guid = 'billing';
  readonly latest: number = 1;
  override readonly entities = [Bill];
  override readonly dependsOn = { accounts: 1 }; // a foreign key leads there
}

class SearchSchema extends Schema {
  readonly guid = 'search';
  readonly latest: number = 1;
  override readonly entities = [Hit];
  override readonly dependsOn = { billing: 1 };
}

/** The second release. */
class Accounts2 extends AccountsSchema {
  override readonly latest = 3;

  upgradeTo_2 = (step: Step) => step.execute(`update account set country = 'it' where country = 'Italy'`);
  upgradeTo_3 = (step: Step) => step.execute(`update account set country = upper(country)`);
  downgradeTo_2 = () => {};
  downgradeTo_1 = () => {};
}

class Billing2 extends BillingSchema {
  override readonly latest = 2;
  override readonly steps = { 2: { dependsOn: { accounts: 2 } } }; // 'it', not yet 'IT'

  upgradeTo_2 = (step: Step) =>
    step.execute(`update bill set currency = 'EUR' where account_id in (select id from account where country = 'it')`);
}

class Search2 extends SearchSchema {
  override readonly latest = 2;
  override readonly steps = { 2: { dependsOn: { billing: 2 } } };

  upgradeTo_2 = (step: Step) => step.execute(`insert into hit (id, text) select id, currency from bill`);
}

/** The same with a mistake in it. */
class WrongBilling extends Billing2 {
  override upgradeTo_2 = (step: Step) => step.execute(`update bill set curency = 'EUR'`);
}

const folder = mkdtempSync(join(tmpdir(), 'dejavu-modules-'));
const connect = () => MikroORM.init({ entities: [Account, Bill, Hit], dbName: join(folder, 'shop.db') });
const orms: MikroORM[] = [];
/** Each release is a process of its own: it makes its Schemas on its ORM. */
async function release(...classes: readonly (new (orm: MikroORM) => Schema)[]) {
  const orm = await connect();
  orms.push(orm);
  return classes.map(Module => new Module(orm));
}

try {
  const first = await release(SearchSchema, BillingSchema, AccountsSchema);
  for (const { guid, outcome, to } of (await upgradeAll(first)).schemas) console.log(`${guid}: ${outcome} at ${to}`);
  await orms[0]?.em.fork().execute(`insert into account values (1, 'Italy')`);
  await orms[0]?.em.fork().execute(`insert into bill values (7, 1, 'lire')`);

  const wrong = await release(Search2, WrongBilling, Accounts2);
  await upgradeAll(wrong).catch((error: unknown) => {
    if (isSchemaError(error) && error.code === 'MODULES_FAILED')
      for (const { guid, outcome } of error.failures) console.log(`A mistake. ${guid}: ${outcome}`);
  });

  const second = await release(Search2, Billing2, Accounts2);
  console.log(`Ready? ${(await readiness(second)).reasons.join('; ')}`);
  await onBoot(second, { logger: { info: line => console.log(`  ${line.replace(/ after .*/, '')}`) } });
  const [hit] = await (orms.at(-1) as MikroORM).em.fork().find(Hit, {});
  console.log(`The search finds ${hit?.text}.`);

  const accounts = second.at(-1) as Schema;
  await accounts
    .downgrade(1)
    .catch((error: Error) => console.log(`Going back alone. ${error.message.split('. ')[0]}.`));
} finally {
  for (const orm of orms) await orm.close();
  rmSync(folder, { recursive: true });
}
