import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TransactionMode } from '../../lib/index.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { photograph } from '../support/life/rows.ts';
import { entitiesOf, LATEST, zooOf } from '../support/life/schema.ts';

const RUNS = 6;

// PostgreSQL keeps no NUL in a text
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter(value => !value.includes('\0'));

const animals = fc
  .array(
    fc.record({
      name: fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' }),
      species: text,
      keeperName: text,
      exhibit: fc.integer({ min: 1, max: 3 }),
      parent: fc.option(fc.nat({ max: 20 })),
    }),
    { maxLength: 20 },
  )
  // in version 6 nobody has the name and the family of another
  .map(all => all.map((animal, index) => ({ ...animal, name: `${index}${animal.name}` })));

type Animals = ReturnType<(typeof animals)['generate']>['value_'];

function literal(input: string | number | null): string {
  return typeof input === 'string' ? `'${input.replaceAll("'", "''")}'` : String(input);
}

async function settle(database: TestDatabase, rows: Animals): Promise<void> {
  await database.execute(`insert into zoo (id, name, founded) values (1, 'Artis', 1838)`);
  await database.execute(`insert into exhibit (id, name, zoo_id) values (1, 'a', 1), (2, 'b', 1), (3, 'c', 1)`);
  for (const [index, row] of rows.entries()) {
    // a parent is somebody who is there already
    const parent = row.parent === null || index === 0 ? null : (row.parent % index) + 1;
    const values = [index + 1, row.name, row.species, row.keeperName, null, row.exhibit, parent]
      .map(literal)
      .join(', ');
    await database.execute(
      `insert into animal (id, name, species, keeper_name, notes, exhibit_id, parent_id) values (${values})`,
    );
  }
}

for (const kind of databases) {
  describe(`there and back on ${kind.name}`, () => {
    test('up to any version and down again leaves storage and rows as they were', async () => {
      await fc.assert(
        fc.asyncProperty(
          animals,
          fc.integer({ min: 2, max: LATEST }),
          fc.constantFrom<TransactionMode>('plan', 'step'),
          async (rows, top, transaction) => {
            await using database = await kind.create({ pool: 2 });
            await zooOf(1, await database.orm(await entitiesOf(1))).upgrade();
            await settle(database, rows);
            const before = await photograph(database);
            const zoo = zooOf(LATEST, await database.orm(await entitiesOf(LATEST)));
            await zoo.upgrade(top, { transaction });
            await zoo.downgrade(1, { transaction, allowLoss: true });
            expect(await photograph(database)).toEqual(before);
          },
        ),
        { numRuns: RUNS },
      );
    });
  });
}
