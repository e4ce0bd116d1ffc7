import { describe, expect, test } from '@jest/globals';
import { describeModule, modelsOffline, openModels } from '../../../lib/models/frozen-models.ts';
import { KeptModels, keepModels } from '../../../lib/models/kept/kept-models.ts';
import { databases } from '../../support/databases.ts';
import { record } from '../../support/recorder.ts';
import { createStorage, inTransaction, offline } from '../support.ts';
import * as v1 from '../zoo/1.ts';

const name = { name: 'the frozen version 1' };

describe.each(databases)('$name', kind => {
  test('a version that is kept works in one transaction after another, with an identity map for each', async () => {
    await using database = await kind.create();
    const orm = await database.orm([]);
    keepModels(orm, new KeptModels());
    const seen: unknown[] = [];
    using recording = await record(orm);
    for (const species of ['lion', 'owl'])
      await inTransaction(orm, async em => {
        const models = openModels(em, v1, name);
        await createStorage(models);
        models.em.create(models.Animal, { species, weight: 1 });
        await models.em.flush();
        seen.push(models.Animal, await models.em.getConnection().execute('select kind_of from animal'));
        expect(await models.em.find(models.Animal, {})).toMatchObject([{ species }]);
      });
    expect(seen[2]).toBe(seen[0]);
    expect([seen[1], seen[3]]).toEqual([[{ kind_of: 'lion' }], [{ kind_of: 'owl' }]]);
    // No connection is opened for it: all of it went through the transactions.
    expect(recording.sql.filter(sql => /^(?:begin|rollback)/i.test(sql))).toHaveLength(4);
  });
});

test('what is kept is made once for all ORMs that share it, and anew without that', () => {
  const [{ orm }, { orm: other }] = [offline()[0], offline()[0]];
  const metadataOf = (of: typeof orm) => modelsOffline(of, v1, name).em.getMetadata();
  expect(metadataOf(orm)).not.toBe(metadataOf(orm));
  const models = new KeptModels();
  keepModels(orm, models);
  keepModels(other, models);
  expect(metadataOf(other)).toBe(metadataOf(orm));
  expect(modelsOffline(orm, v1, { ...name, namespace: 'zoo' }).em.getMetadata()).not.toBe(metadataOf(orm));
});

test('a version that is kept is described as any', () => {
  const [{ orm }, { orm: kept }] = [offline()[0], offline()[0]];
  keepModels(kept, new KeptModels());
  expect(describeModule(kept, v1, name)).toEqual(describeModule(orm, v1, name));
});
