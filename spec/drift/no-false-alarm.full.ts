import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pglite, postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { CELLS, missingCells } from './cells.ts';
import * as everything from '../models/zoo/everything.ts';
import { moduleOf, showPlainly, stageOf, type Module, type Stage } from './stage.ts';

test('there is a cell for whatever an entity can say', () => expect(missingCells()).toEqual([]));

describe.each([sqliteMemory, postgresql, pglite])('fresh storage has no differences on $name', kind => {
  let database: TestDatabase;
  let stage: Stage;
  beforeAll(async () => {
    database = await kind.create();
    stage = await stageOf(database);
  });
  afterAll(() => database.drop());

  const cells = [...CELLS].filter(([, { only }]) => only === undefined || only === kind.dialect);
  test.each(cells)('%s', async (_, { entities }) => {
    const module = moduleOf(...entities(kind.dialect));
    expect((await stage.differences(module)).map(showPlainly)).toEqual([]);
  });

  // PGlite takes no script, and would be given the same one
  const made = kind === pglite ? [] : cells.filter(([, { notByMikroOrm }]) => notByMikroOrm === undefined);
  for (const [name, { entities }] of made) {
    test(`${name}, made by orm.schema.create()`, async () => {
      const module = moduleOf(...entities(kind.dialect));
      expect((await stage.differences(module, { by: 'MikroORM' })).map(showPlainly)).toEqual([]);
    });
  }

  test('everything at once', async () => {
    expect((await stage.differences(everything as unknown as Module)).map(showPlainly)).toEqual([]);
  });
});
