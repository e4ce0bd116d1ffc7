import { defineEntity, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';

export const Account = defineEntity({
  name: 'Account',
  properties: { id: p.integer().primary(), country: p.string() },
});

export class AccountsSchema extends Schema {
  readonly guid = 'accounts';
  readonly latest: number = 1;
  override readonly entities = [Account];
}

/** The second release. */
export class Accounts2 extends AccountsSchema {
  override readonly latest = 3;

  upgradeTo_2 = (step: Step) => step.execute(`update account set country = 'it' where country = 'Italy'`);
  upgradeTo_3 = (step: Step) => step.execute(`update account set country = upper(country)`);
  downgradeTo_2 = () => {};
  downgradeTo_1 = () => {};
}
