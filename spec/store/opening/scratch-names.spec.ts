import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { isForgotten, nameScratch } from '../../../lib/store/opening/scratch-names.ts';

test('a scratch database is forgotten once its process has ended, on another host after a day, and no other one ever is', () => {
  const name = nameScratch('scratch');
  const { pid } = spawnSync(process.execPath, ['--version']);
  const ofEnded = name.replace(`_${process.pid}_`, `_${pid}_`);
  expect(name.length).toBeLessThan(63);
  expect(isForgotten(name)).toBe(false);
  expect(isForgotten(ofEnded)).toBe(true);
  expect(isForgotten(ofEnded.replace('scratch', 'rehearsal'))).toBe(true);
  const elsewhere = ofEnded.replace(/_[0-9a-f]{8}_/, '_00000000_');
  expect(isForgotten(elsewhere)).toBe(false);
  expect(isForgotten(elsewhere.replace(/_[0-9a-z]+_([0-9a-f]{8})$/, '_0_$1'))).toBe(true);
  for (const other of ['dejavu_scratch_0123456789ab', 'dejavu_shop', `my_${ofEnded}`, `${ofEnded}_kept`])
    expect(isForgotten(other)).toBe(false);
});
