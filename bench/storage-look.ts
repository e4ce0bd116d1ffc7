import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import { lookAgain, takeDown } from '../lib/drift/two-looks.ts';
import { moduleOf, stageOf, type Module } from '../spec/drift/stage.ts';
import type { DatabaseKind } from '../spec/support/databases.ts';
import { manyTables, TABLES } from './subjects.ts';

/** What it is called: `npm run bench -- 'comparing the storage'` runs it alone. */
export const LOOKS = 'comparing the storage';
const ROUNDS = 7;
/** What the two looks may take, in milliseconds, beside making the frozen versions. */
const BUDGETS = { sqlite: 40, postgresql: 150 };

/** What it costs an upgrade of one table among many that the storage is compared with its versions, before and after. */
export async function storageLook(kind: DatabaseKind): Promise<string> {
  await using database = await kind.create();
  const stage = await stageOf(database);
  const before = moduleOf(...(manyTables() as unknown as EntitySchema[]));
  const after = withOneColumnMore(before);
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ms = await stage.inside(async ({ context, open, send, create }) => {
      await create(before);
      const [from, to] = [open(before), open(after)];
      const began = performance.now();
      const taken = await takeDown(context, from);
      const down = performance.now();
      await send('alter table thing99 add column more integer null');
      const changed = performance.now();
      const { made, kept } = await lookAgain(context, taken, to, { renames: [], named: () => false });
      if (made.length + kept.length > 0) throw new Error(`${made.length + kept.length} differences, and none is there`);
      return down - began + performance.now() - changed;
    });
    // The first one compiles
    if (round > 0) times.push(ms);
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  return (
    `${LOOKS}, one of ${TABLES} tables upgraded, ${kind.name}: ` +
    `${median.toFixed(0)} ms, budget ${BUDGETS[kind.dialect]} ms`
  );
}

function withOneColumnMore(module: Module): Module {
  const { Thing99 } = module;
  const properties = { ...Thing99?.meta.properties, more: p.integer().nullable() };
  return { ...module, Thing99: defineEntity({ name: 'Thing99', properties } as never) as EntitySchema };
}
