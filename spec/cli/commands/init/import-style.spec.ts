import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { importStyle } from '../../../../lib/cli/commands/init/schema-places.ts';

test.each([
  [`import { Animal } from './animal.ts';`, '.ts'],
  [`import { Animal } from './animal.js';`, '.js'],
  [`import { Animal } from './animal';`, ''],
  [`import { defineConfig } from '@mikro-orm/sqlite';`, '.ts'],
  [`what is no TypeScript at all`, '.ts'],
])('files are named as in %s', async (text, style) => {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-style-'));
  try {
    writeFileSync(join(folder, 'orm.ts'), text);
    expect(await importStyle(join(folder, 'orm.ts'))).toBe(style);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
