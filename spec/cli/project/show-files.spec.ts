import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sayFiles } from '../../../lib/cli/project/show-files.ts';

const path = join(process.cwd(), 'schema.ts');
const lines = (...numbers: number[]) => numbers.map(number => `line ${number}\n`).join('');
const plain = (_colour: string, text: string) => text;

test('a change is shown with the lines around it, and a gap where more stay', () => {
  const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  const after = lines(1, 2, 3, 4, 5, 60, 61, 7, 8, 9, 10, 11, 12);
  expect(sayFiles([{ path, before, after }], true, plain)).toEqual([
    '',
    'changed schema.ts',
    '',
    '…',
    '  line 3',
    '  line 4',
    '  line 5',
    '- line 6',
    '+ line 60',
    '+ line 61',
    '  line 7',
    '  line 8',
    '  line 9',
  ]);
});

test('of a new file everything is shown, or its name alone', () => {
  const change = { path, before: undefined, after: lines(1, 2) };
  expect(sayFiles([change], true, plain)).toEqual(['', 'created schema.ts', '', '+ line 1', '+ line 2']);
  expect(sayFiles([change], false, plain)).toEqual(['created schema.ts']);
});
