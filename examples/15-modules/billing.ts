import { defineEntity, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';
import { Account } from './accounts.ts';

export const Bill = defineEntity({
  name: 'Bill',
  properties: { id: p.integer().primary(), account: () => p.manyToOne(Account), currency: p.string() },
});

export class BillingSchema extends Schema {
  readonly guid = 'billing';
  readonly latest: number = 1;
  override readonly entities = [Bill];
  override readonly dependsOn = { accounts: 1 }; // a foreign key leads there
}

/** The second release. */
export class Billing2 extends BillingSchema {
  override readonly latest = 2;
  override readonly steps = { 2: { dependsOn: { accounts: 2 } } }; // 'it', not yet 'IT'

  upgradeTo_2 = (step: Step) =>
    step.execute(`update bill set currency = 'EUR' where account_id in (select id from account where country = 'it')`);
}

/** The same with a mistake in it. */
export class WrongBilling extends Billing2 {
  override upgradeTo_2 = (step: Step) => step.execute(`update bill set curency = 'EUR'`);
}
