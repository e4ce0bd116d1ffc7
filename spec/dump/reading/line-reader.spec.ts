import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readTable } from '../../../lib/dump/reading/line-reader.ts';
import type { ManifestTable } from '../../../lib/dump/manifest.ts';

const folder = mkdtempSync(join(tmpdir(), 'dejavu-lines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads a file of two rows as its manifest names it. */
async function read(second: Uint8Array): Promise<string[]> {
  const bytes = Buffer.concat([Buffer.from('["name"]\n["Leo"]\n'), second, Buffer.from('\n')]);
  writeFileSync(join(folder, 'animal.jsonl'), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const table = { file: 'animal.jsonl', columns: [{ name: 'name' }], rows: 2, sha256 } as unknown as ManifestTable;
  const lines: string[] = [];
  for await (const block of readTable({ guid: 'zoo', folder }, table)) lines.push(...block.lines);
  return lines;
}

test.each([
  ['a byte that begins no character', [0xff]],
  ['a character written too long', [0xc0, 0xaf]],
  ['half of a pair', [0xed, 0xa0, 0x80]],
  ['a character cut off', [0xc3]],
])('%s is refused by line instead of becoming another', async (_, bytes) => {
  const reading = read(Buffer.from([0x5b, 0x22, ...bytes, 0x22, 0x5d]));
  await expect(reading).rejects.toMatchObject({
    code: 'DUMP_INVALID',
    message: 'zoo: animal.jsonl:3 is not UTF-8. Use another dump.',
    line: 3,
  });
});

test('characters of any length are read', async () => {
  const line = '["é\u2028🐧"]';
  await expect(read(Buffer.from(line))).resolves.toEqual(['["Leo"]', line]);
});
