import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { qualify, quoteEscaped, quoteName, quoteText } from '../../lib/sql/quoting.ts';
import { databases, type TestDatabase } from '../support/databases.ts';

const TEXTS = [`it's`, 'a\\b', `\\'`, '100 % ?', '🦁', '', `E'x'`, 'a "b" `c`'];

describe.each(databases)('on $name', kind => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await kind.create();
  });
  afterAll(() => database.drop());

  test.each(TEXTS)('%s is a literal that says it', async text => {
    expect(await database.execute(`select ${quoteText(text)} as text`)).toEqual([{ text }]);
  });

  test.each(['Animal', 'select', 'an "animal"', 'a b', 'ä🦁'])('%s is a name that is taken literally', async name => {
    expect(await database.execute(`select 1 as ${quoteName(name)}`)).toEqual([{ [name]: 1 }]);
  });

  if (kind.dialect !== 'postgresql') return;

  test.each(TEXTS)('%s is a literal that says it, whatever backslashes are', async text => {
    for (const strings of ['on', 'off']) {
      const said = `set standard_conforming_strings = ${strings}; select ${quoteEscaped(text)} as text`;
      expect(await database.execute(said)).toEqual([{ text }]);
    }
    await database.execute('reset standard_conforming_strings');
  });
});

test('a name stands in its namespace if it has one', () => {
  expect(qualify(undefined, 'a"b')).toBe('"a""b"');
  expect(qualify('My Zoo', 'animal')).toBe('"My Zoo"."animal"');
});
