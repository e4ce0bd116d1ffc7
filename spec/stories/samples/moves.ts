import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/sql';
import { dump, move } from '../../../lib/dump/index.ts';
import type { Schema } from '../../../lib/index.ts';
import type { DatabaseKind, TestDatabase } from '../../support/databases.ts';
import { filesOf } from '../../dump/releases.ts';

/** Starts a release on a database, spelled as the first database of the story is. */
export type Running = <T>(
  on: TestDatabase,
  version: number,
  work: (schema: Schema, orm: MikroORM) => Promise<T>,
) => Promise<T>;

interface Journey {
  readonly home: TestDatabase;
  readonly homeKind: DatabaseKind;
  readonly abroad: DatabaseKind;
  readonly running: Running;
  /** The version that it moves at, and that it is upgraded to there. */
  readonly at: number;
  readonly last: number;
  /** Whether the home has moments as texts, which the other engine keeps as moments. */
  readonly hasTexts?: boolean;
}

/**
 * Moves a database at a version, upgrades it there, and moves it back. What it has at last is what an upgrade at home gives.
 *
 * @returns why it cannot be moved, or that it was there and is back
 */
export async function moveThereAndBack(journey: Journey): Promise<string> {
  const { home, homeKind, abroad, running, at, last, hasTexts = false } = journey;
  await using there = await abroad.create({ pool: 2 });
  await using back = await homeKind.create({ pool: 2 });
  const same = (dumps: Dumped) => (hasTexts ? withMoments(dumps) : dumps);
  return await running(home, last, async atHome =>
    running(there, last, async (abroadNow, orm) => {
      const before = same(await dumped(atHome));
      const moved = await move(atHome, orm).catch((error: Error) => error);
      if (moved instanceof Error) return moved.message;
      expect(moved).toMatchObject({ version: at, isGuarded: true, leftOut: [], drift: [] });
      expect(same(await dumped(abroadNow))).toEqual(before);
      expect(await abroadNow.upgrade()).toMatchObject({ from: at, to: last, drift: [] });
      expect(await atHome.upgrade()).toMatchObject({ from: at, to: last });
      const upgraded = await dumped(abroadNow);
      expect(same(upgraded)).toEqual(same(await dumped(atHome)));
      return await running(back, last, async (homeAgain, other) => {
        expect(await move(abroadNow, other)).toMatchObject({ version: last, drift: [] });
        expect(await dumped(homeAgain)).toEqual(upgraded);
        return 'there and back';
      });
    }),
  );
}

/** What stands in a dump, in lines, so that a difference is short. */
type Dumped = Readonly<Record<string, readonly string[]>>;

async function dumped(schema: Schema): Promise<Dumped> {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-moved-'));
  try {
    await dump(schema, join(folder, 'dump'));
    const files = Object.entries(filesOf(join(folder, 'dump')));
    return Object.fromEntries(files.map(([path, text]) => [path, text.split('\n')]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The rows alone, with moments that are stored as texts as moments. */
function withMoments(dumps: Dumped): Dumped {
  const rows = Object.entries(dumps).filter(([path]) => path.startsWith('tables/'));
  const asMoment = (line: string) => line.replaceAll(/\{"text":("\d{4}-\d\d-\d\d [\d:]{8}")\}/g, '$1');
  return Object.fromEntries(rows.map(([path, lines]) => [path, lines.map(asMoment)]));
}
