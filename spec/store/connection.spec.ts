import { expect, test } from '@jest/globals';
import { Schema, type Step, UpgradeAbortedError } from '../../lib/index.ts';
import { sqliteMemory } from '../support/databases.ts';
import { zooV1, zooV2 } from '../support/zoo.ts';

class FirstZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

const MANY = 100_000;

class SecondZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;
  statements = 0;

  async upgradeTo_2(step: Step) {
    for (; this.statements < MANY; this.statements += 1) await step.execute('update zoo set id = id');
  }
}

test('a step of many statements lets the process have its turn, and is stopped by it', async () => {
  await using database = await sqliteMemory.create();
  await new FirstZooSchema(await database.orm(zooV1())).upgrade();
  const zoo = new SecondZooSchema(await database.orm(zooV2()));
  const stopping = new AbortController();
  // A timer waits for the event loop as a SIGTERM does.
  const stop = setTimeout(() => stopping.abort());
  await expect(zoo.upgrade({ signal: stopping.signal })).rejects.toThrow(UpgradeAbortedError);
  clearTimeout(stop);
  expect(zoo.statements).toBeLessThan(MANY);
  expect(await zoo.deployed()).toBe(1);
});
