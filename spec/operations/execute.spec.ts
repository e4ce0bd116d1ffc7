import { expect, test } from '@jest/globals';
import type { Step } from '../../lib/index.ts';
import { postgresql, sqliteMemory } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

test.each([sqliteMemory, postgresql])('execute() on $name counts no question mark that is text', async kind => {
  await using database = await kind.create({ pool: 1 });
  const found: unknown[] = [];
  let body: (step: Step) => Promise<unknown> = async step => {
    found.push(...(await step.execute(`select 'why?' as why /* ? */, ? as n -- ?`, [7])));
    found.push(...(await step.execute(`select '?' as one, '??' as two`)));
    found.push(...(await step.execute(`select ? as text`, [`it's ? $1 \\? ??`])));
  };
  await new (schemaClass())(await database.orm([])).upgrade();
  const zoo = new (schemaClass({ latest: 2, upgradeTo_2: (step: Step) => body(step) }))(await database.orm([]));
  await zoo.upgrade();
  expect(found).toEqual([{ why: 'why?', n: expect.anything() }, { one: '?', two: '??' }, { text: `it's ? $1 \\? ??` }]);

  const Next = schemaClass({ latest: 3, upgradeTo_2: () => undefined, upgradeTo_3: (step: Step) => body(step) });
  const next = new Next(await database.orm([]));
  const failing: readonly (readonly [sql: string, params: readonly unknown[], told: string])[] = [
    [`select '?', ?, ?`, [1], `execute(select '?', ?, …) has 2 placeholders and 1 parameter`],
    [`select '?'`, [1, 2], `execute(select '?' …) has 0 placeholders and 2 parameters`],
  ];
  for (const [sql, params, told] of failing) {
    body = step => step.execute(sql, params);
    await expect(next.upgrade()).rejects.toMatchObject({
      cause: { code: 'OPERATION_REFUSED', message: expect.stringContaining(told) },
    });
  }
});
