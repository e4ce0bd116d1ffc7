import { expect, test } from '@jest/globals';
import { sqliteFile } from '../../support/databases.ts';
import { spawnWorker } from '../../support/processes.ts';

test('a rejection that no step handles fails the step, and the process goes on', async () => {
  await using database = await sqliteFile.create();
  await using worker = spawnWorker('strays.ts', { address: database.address });
  const { lines, stderr, code } = await worker.finished;
  const told = lines.flatMap(line => (line.event === 'told' ? [[line['what'], line['message']]] : []));
  const failed = (reason: string) =>
    `zoo: upgradeTo_2 failed: ${reason} Await it. The database is at version 1. Fix the cause and call again.`;
  expect(Object.fromEntries(told)).toEqual({
    'each() whose work fails': failed('upgradeTo_2 returned while each(Animal) was still running.'),
    'an operation that is refused': failed('upgradeTo_2 returned while addIndex(Animal.nowhere) was still running.'),
    'a helper of its own': failed('upgradeTo_2 returned while execute(select 1 as …) was still running.'),
    'an EntityManager whose statement fails': failed(
      'upgradeTo_2 returned while "select … from nowhere …" was still running.',
    ),
    'what fails while the step awaits another': failed(
      'upgradeTo_2 did not await a promise that was rejected: the keeper is late.',
    ),
    'what fails as the step returns': failed(
      'upgradeTo_2 did not await a promise that was rejected: the keeper is gone.',
    ),
    'work after a failure': expect.stringContaining(
      'upgradeTo_2 failed: the step is ill. The database is at version 1.',
    ),
  });
  expect(lines.find(({ event }) => event === 'late')).toMatchObject({
    outcome: 'upgraded',
    rows: [{ name: 'Leo' }, { name: 'Elsa' }],
  });
  expect(stderr.match(/Warning: .*/g)).toEqual([
    'Warning: zoo: execute(update animal set …) came after upgradeTo_2 had returned, so it was not sent. Await it.',
  ]);
  expect(stderr).toContain('the application is ill');
  expect(lines.at(-1)).toMatchObject({ event: 'ending' });
  expect(lines.some(({ event }) => event === 'survived')).toBe(false);
  expect(code).toBe(1);
});
