import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { dump } from '../../lib/dump/index.ts';
import { databaseAt, proveSchema, type NamedCheck } from '../../lib/testing/index.ts';
import { FAULTS, type PlantedFault } from './planted/faults.ts';
import { petEntities, petSchema } from './planted/pets.ts';

/*
 * Faults that are planted on purpose. Each is named by the law that is there for it: without the law, the test fails.
 */

async function checksOf({ planted, entities, options, spoil }: Partial<PlantedFault>): Promise<NamedCheck[]> {
  const database = { entities: petEntities(entities?.()) };
  const settings = { databases: [database], rows: 12, reference: ['Kind'], ...options };
  return proveSchema(petSchema(planted), spoil ? { ...settings, dumps: spoilt(spoil) } : settings);
}

/** A dump of version 2 as the Schema without faults wrote it, before it is spoilt. */
let sound: string;
beforeAll(async () => {
  sound = join(mkdtempSync(join(tmpdir(), 'dejavu-old-dumps-')), '2');
  await using pets = await databaseAt(petSchema(), 2, { database: { entities: petEntities() }, rows: 12 });
  await dump(pets.schema, sound);
});

function spoilt(spoil: (folder: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-spoilt-'));
  cpSync(sound, join(folder, '2'), { recursive: true });
  spoil(join(folder, '2'));
  return folder;
}

/** What a law says about a Schema; empty if it finds nothing. */
async function findings(checks: readonly NamedCheck[]): Promise<string[]> {
  const found: string[] = [];
  for (const { run } of checks) {
    const error: unknown = await run().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error !== undefined) found.push(`${(error as { code?: string }).code}: ${(error as Error).message}`);
  }
  return found;
}

test('without a fault, no law finds anything', async () => {
  expect(await findings(await checksOf({ spoil: () => {} }))).toEqual([]);
}, 120_000);

describe('a law names', () => {
  test.each(FAULTS.map(fault => [`${fault.name}: law ${fault.law}`, fault] as const))('%s', async (_name, fault) => {
    const checks = (await checksOf(fault)).filter(({ law }) => law === fault.law);
    const found = await findings(checks);
    const naming = found.filter(text => text.startsWith('PROOF_FAILED') && fault.says.test(text));
    expect({ found, names: naming.length > 0 }).toEqual({ found, names: true });
  });
});

test('there are at least forty, and one of each law', () => {
  expect(FAULTS.length).toBeGreaterThanOrEqual(40);
  expect([...new Set(FAULTS.map(({ law }) => law))].toSorted((one, other) => one - other)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
});
