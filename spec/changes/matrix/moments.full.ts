import { expect } from '@jest/globals';
import { p } from '@mikro-orm/core';
import type { Cell } from './cell.ts';
import { proveChanges } from './prove.ts';
import { animal } from './zoo.ts';

const day = Date.UTC(2024, 4, 6);
const noon = day + 12 * 60 * 60 * 1000;
const dialects = ['sqlite', 'postgresql'] as const;

const types = {
  date: () => p.date().nullable(),
  datetime: () => p.datetime().nullable(),
  time: () => p.time().nullable(),
  string: () => p.string().nullable(),
};
type Moment = keyof typeof types;

// Moments are stored in another form in each dialect, and the step converts them or counts what would be lost.
proveChanges(
  dialects.flatMap(dialect => {
    /** A moment as a row of the dialect holds it. */
    const stored = (at: number) => (dialect === 'sqlite' ? String(at) : `timestamptz '${new Date(at).toISOString()}'`);
    const shown = (at: number) => (dialect === 'sqlite' ? at : new Date(at));
    const text = dialect === 'sqlite' ? 'seen' : 'seen::text as seen';
    const cell = (from: Moment, to: Moment, value: string, more: Partial<Cell>): Cell => ({
      name: `a ${from} becomes a ${to}, on ${dialect}: ${value}`,
      only: dialect,
      before: () => animal({ seen: types[from]() }),
      after: () => animal({ seen: types[to]() }),
      rows: [`insert into animal (id, name, seen) values (1, 'Leo', ${value})`],
      ...more,
    });
    return [
      cell('datetime', 'date', stored(day), { kept: { [`select ${text} from animal`]: [{ seen: '2024-05-06' }] } }),
      cell('datetime', 'date', stored(noon), { fails: expect.stringContaining('1 row does not fit') }),
      cell('date', 'datetime', `'2024-05-06'`, { kept: { 'select seen from animal': [{ seen: shown(day) }] } }),
      cell('string', 'datetime', `'2024-05-06T12:00:00Z'`, {
        kept: { 'select seen from animal': [{ seen: shown(noon) }] },
        refused: expect.anything(),
      }),
      cell('string', 'datetime', `'soon'`, { fails: expect.stringContaining('1 row does not fit') }),
      cell('string', 'date', `'2024-05-06'`, { kept: { [`select ${text} from animal`]: [{ seen: '2024-05-06' }] } }),
      // A time of day is what SQLite makes of it; PostgreSQL has a day to lose.
      cell(
        'datetime',
        'time',
        stored(noon),
        dialect === 'sqlite'
          ? { kept: { 'select seen from animal': [{ seen: '12:00:00' }] }, refused: expect.stringContaining('1 row') }
          : { fails: expect.stringContaining('1 row does not fit') },
      ),
    ];
  }),
);
