import { expect, test } from '@jest/globals';
import { postgresql } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';
import { zooV1 } from '../support/zoo.ts';

/*
 * SIGTERM during boot: the application stops the call by its signal, and closes its ORM. Whether a connection was just being
 * opened is up to the machine, so there are many tries.
 */
test('an ORM can be closed right after a call that was stopped', async () => {
  await using database = await postgresql.create();
  const Zoo = schemaClass({ latest: 1 });
  await new Zoo(await database.orm(zooV1())).upgrade();
  for (let round = 0; round < 60; round += 1) {
    const orm = await database.orm(zooV1());
    const stopping = new AbortController();
    if (round % 2 === 0) stopping.abort();
    else setTimeout(() => stopping.abort(), round / 10);
    const ended = await new Zoo(orm).upgrade({ signal: stopping.signal }).catch((error: unknown) => error);
    expect(ended).toMatchObject(ended instanceof Error ? { code: 'UPGRADE_ABORTED' } : { outcome: 'level' });
    // a connection that was lost keeps the pool, and with it this, waiting for ever
    await orm.close(true);
  }
});
