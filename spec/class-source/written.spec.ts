import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeProject } from '../support/cli/project.ts';
import { complaints } from './complaints.ts';
import { addStep, fixtures, stepTo } from './fixtures.ts';

const styles = {
  usual: { singleQuote: true, arrowParens: 'avoid', printWidth: 120 },
  tabs: { useTabs: true, semi: false, printWidth: 120 },
  wide: { singleQuote: true, tabWidth: 4, printWidth: 120 },
};

test.each(Object.entries(styles))('what was formatted stays so: %s', (_, style) => {
  using project = makeProject({ '.oxfmtrc.json': JSON.stringify(style) });
  const at = (name: string) => join(project.folder, 'src', name);
  mkdirSync(at(''));
  for (const [number, { text }] of fixtures.entries()) writeFileSync(at(`${number}.ts`), text);
  expect(complaints('oxfmt', ['src'], project.folder)).toBe('');
  for (const [number, { className, latest }] of fixtures.entries()) {
    const text = readFileSync(at(`${number}.ts`), 'utf8');
    const step = stepTo(latest + 1, { options: { compatible: latest } });
    writeFileSync(at(`${number}.ts`), addStep(text, { className }, { version: latest + 1, step }));
  }
  expect(complaints('oxfmt', ['--check', 'src'], project.folder)).toBe('');
});
