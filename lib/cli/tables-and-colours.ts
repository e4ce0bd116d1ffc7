import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';
import type { Standing } from '../version.ts';

export { showCount as sayCount, showDuration as sayDuration } from '../quantities.ts';

type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'bold';

/** Colours a text, or returns it as it is. */
export type Paint = (colour: Colour, text: string) => string;

/** Returns a painter for a stream. It paints only in a terminal without `NO_COLOR`. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (colour, text) => styleText(colour, text, { stream });
}

/** The colour of a standing: red if a person has to act. */
export const COLOURS: Readonly<Record<Standing, Colour>> = {
  level: 'green',
  behind: 'yellow',
  ahead: 'yellow',
  missing: 'red',
  'too old': 'red',
  forked: 'red',
};

/** Joins lines, and empties those that contain only colours and spaces. */
export function sayLines(lines: readonly string[]): string {
  return lines.map(line => `${stripVTControlCharacters(line).trim() === '' ? '' : line}\n`).join('');
}

const EDGES = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
] as const;
const SIDES = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'] as const;
const NO_LINES = { ...Object.fromEntries([...EDGES, ...SIDES].map(name => [name, ''])), middle: '  ' };

/** Aligns cells under their heads, without borders, one line per row. Columns without a value are left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = head.map((_, column) => rows.some(row => row[column] !== undefined && row[column] !== ''));
  const lines = new Table({ chars: NO_LINES, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  for (const row of [head, ...rows]) {
    lines.push(row.filter((_, column) => kept[column]).map(cell => cell.replaceAll(/\s*\n\s*/g, ' ')));
  }
  return lines.toString().replaceAll(/[^\S\n]+$/gm, '');
}
