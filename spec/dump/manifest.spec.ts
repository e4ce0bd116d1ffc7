import { expect, test } from '@jest/globals';
import { fileOfTable, readManifest, showManifest, type Manifest } from '../../lib/dump/manifest.ts';

const manifest: Manifest = { format: 1, guid: 'zoo', version: 3, tables: [], leftOut: [] };

test('a manifest is read as it was written, and not if a byte of it is another', () => {
  const text = showManifest(manifest);
  expect(readManifest(text)).toEqual(manifest);
  for (let index = 0; index < text.length; index += 1) {
    const edited = `${text.slice(0, index)}${text[index] === '1' ? '2' : '1'}${text.slice(index + 1)}`;
    expect(readManifest(edited)).toBeUndefined();
    expect(readManifest(text.slice(0, index))).toBeUndefined();
  }
  expect(readManifest(`${text}\n`)).toBeUndefined();
});

test('a table has a file of its own, whatever it is called', () => {
  expect(fileOfTable('animal')).toBe('tables/animal.jsonl');
  const files = ['Animal', '../../etc/passwd', 'a.b', 'nul', 'é', 'É', 'x'.repeat(300)].map(fileOfTable);
  expect(new Set(files).size).toBe(files.length);
  expect(files.filter(file => !/^tables\/[a-z0-9_-]+\.jsonl$/.test(file))).toEqual([]);
});
