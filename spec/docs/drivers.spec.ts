import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { UNSUPPORTED } from '../../lib/dialects/drivers/unsupported.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'drivers.md'), 'utf8');

test('the page of drivers lists what is known and not supported, with the reasons that dejavu gives', () => {
  const table = page.slice(page.indexOf('| driver or server |')).trim().split('\n').slice(2);
  const rows = Object.entries(UNSUPPORTED).map(
    ([name, { title, why, instead }]) => `| ${name === 'unknown' ? 'any other driver' : title} | ${why} | ${instead} |`,
  );
  expect(rows.length).toBeGreaterThan(10);
  expect(table).toEqual(rows);
});
