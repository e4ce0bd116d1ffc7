import { defineEntity, p } from '@mikro-orm/core';
import { doubleDump } from '../../../lib/dump/index.ts';
import { schemaOn } from '../../dump/releases.ts';
import { openOrm, type TestDatabase } from '../databases.ts';

// Tests the dump of the database at an address, and kills itself once there is a scratch database.
const [address = ''] = process.argv.slice(2);
const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
const database = { orm: async entities => openOrm(address, entities) } satisfies Pick<TestDatabase, 'orm'>;
const schema = await schemaOn(database as TestDatabase, [{ Animal }]);
await schema.upgrade();
await doubleDump(schema, {
  onProgress({ check }) {
    if (check === 'again') process.kill(process.pid, 'SIGKILL');
  },
});
throw new Error('it was not killed');
