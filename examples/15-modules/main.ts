/* Two releases of the application on one database, one with a mistake between them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/sqlite';
import { isSchemaError, onBoot, readiness, upgradeAll, type Schema } from 'mikro-orm-dejavu';
import { Account, Accounts2, AccountsSchema } from './accounts.ts';
import { Bill, Billing2, BillingSchema, WrongBilling } from './billing.ts';
import { Hit, Search2, SearchSchema } from './search.ts';

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
