import type { BoxPlace } from './draw.ts';

/** Boxes one below the other. */
type Column = readonly (readonly [string, BoxPlace])[];

const GAP = 28;
const BETWEEN = 48;
const BETWEEN_RANKS = 90;

/** A picture that is higher than this many times its width is laid out again. */
const TALLEST = 1.6;
/** Width by height, as a screen has it. */
const WANTED = 1.2;

/**
 * Breaks long columns: where most entities belong to a few others, Graphviz puts them all into one column, and a picture of a
 * hundred is a thin line. Each long column becomes several side by side, in the same order. Pictures that are not tall stay as
 * they are. Pure.
 */
export function wrapColumns(places: ReadonlyMap<string, BoxPlace>): ReadonlyMap<string, BoxPlace> {
  const all = [...places];
  const width = Math.max(...all.map(([, place]) => place.x + place.width));
  const height = Math.max(...all.map(([, place]) => place.y + place.height));
  if (all.length === 0 || height <= width * TALLEST) return places;
  const ranks = ranksOf(all);
  const lowest = Math.max(...all.map(([, place]) => place.height));
  // Each limit that fits a few more boxes is tried: the first whose picture is wide enough is the best.
  for (let limit = height; limit >= lowest; limit = Math.floor(limit * 0.93)) {
    const stacked = stack(ranks.map(rank => broken(rank, limit)));
    if (stacked.width >= stacked.height * WANTED) return stacked.places;
  }
  return stack(ranks.map(rank => broken(rank, lowest))).places;
}

/** The columns as Graphviz made them: the boxes of a rank have one middle. */
function ranksOf(all: Column): Column[] {
  const ranks = Map.groupBy(all, ([, { x, width }]) => Math.round(x + width / 2));
  return [...ranks]
    .toSorted(([one], [other]) => one - other)
    .map(([, boxes]) => boxes.toSorted(([, one], [, other]) => one.y - other.y));
}

function broken(rank: Column, limit: number): Column[] {
  const columns: (readonly [string, BoxPlace])[][] = [[]];
  let height = 0;
  for (const box of rank) {
    const [, place] = box;
    if (height > 0 && height + place.height > limit) {
      columns.push([]);
      height = 0;
    }
    columns.at(-1)?.push(box);
    height += place.height + GAP;
  }
  return columns;
}

/** Puts columns side by side, each in the middle of the height. */
function stack(ranks: readonly (readonly Column[])[]) {
  const heightOf = (column: Column) => column.reduce((sum, [, place]) => sum + place.height + GAP, -GAP);
  const height = Math.max(...ranks.flat().map(heightOf));
  const places = new Map<string, BoxPlace>();
  let x = 0;
  for (const rank of ranks) {
    for (const column of rank) {
      const width = Math.max(...column.map(([, place]) => place.width));
      let y = (height - heightOf(column)) / 2;
      for (const [name, place] of column) {
        places.set(name, { ...place, x: Math.round(x + (width - place.width) / 2), y: Math.round(y) });
        y += place.height + GAP;
      }
      x += width + BETWEEN;
    }
    x += BETWEEN_RANKS - BETWEEN;
  }
  return { places, width: x - BETWEEN_RANKS, height };
}
