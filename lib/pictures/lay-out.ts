import { draw, type BoxPlace } from './draw.ts';
import type { Diagram } from './diagram.ts';
import { wrapColumns } from './wrap-columns.ts';

/** The used part of Graphviz, which lays out diagrams. */
export interface Viz {
  renderJSON(source: string, options?: object): object;
}

/** The size of a box, in pixels. */
type Size = Pick<BoxPlace, 'width' | 'height'>;

/** The positions of the boxes, by their identities, and the size of the whole. */
export interface Layout {
  readonly places: ReadonlyMap<string, BoxPlace>;
  readonly width: number;
  readonly height: number;
}

/** One of the diagrams that are laid out together, and the box of each of its names. */
export interface Laid {
  readonly diagram: Diagram;
  readonly identities: ReadonlyMap<string, string>;
}

const MARGIN = 24;

/** Loads the package that lays out diagrams, which only pictures need. */
export async function loadViz(): Promise<Viz | undefined> {
  try {
    const { instance } = await import('@viz-js/viz');
    return await instance();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/**
 * Finds one place for each box in all diagrams, so that nothing moves from version to version: they are laid out as one graph
 * of all entities and relations there ever were, each box at its largest.
 */
export function layOutDiagrams(viz: Viz, diagrams: readonly Laid[]): Layout {
  const sizes = new Map<string, Size>();
  const edges = new Set<string>();
  const own = new Set<string>();
  for (const { diagram, identities } of diagrams) {
    const idOf = (name: string) => identities.get(name) ?? name;
    for (const box of diagram.boxes) {
      const known = sizes.get(idOf(box.name));
      const size = draw.sizeOf(box);
      sizes.set(idOf(box.name), {
        width: Math.max(size.width, known?.width ?? 0),
        height: Math.max(size.height, known?.height ?? 0),
      });
    }
    for (const { from, to } of diagram.links) {
      if (from === to) own.add(idOf(from));
      else edges.add(`${quoted(idOf(to))} -> ${quoted(idOf(from))}`);
    }
  }
  const nodes = [...sizes].map(
    ([id, { width, height }]) => `${quoted(id)} [width=${width / 72}, height=${height / 72}]`,
  );
  const dot = `digraph { graph [rankdir=LR, nodesep=0.4, ranksep=0.9]; node [shape=box, fixedsize=true, label=""]; ${[...nodes, ...edges].join('; ')} }`;
  return read(viz.renderJSON(dot) as Rendered, sizes, own);
}

interface Rendered {
  readonly bb: string;
  readonly objects?: readonly { readonly name: string; readonly pos?: string }[];
}

/** Graphviz counts in points, upwards, and to the middle of a box. */
function read({ bb, objects = [] }: Rendered, sizes: ReadonlyMap<string, Size>, own: ReadonlySet<string>): Layout {
  const [, , , top = 0] = bb.split(',').map(Number);
  const found = new Map<string, BoxPlace>();
  for (const { name, pos } of objects) {
    const size = sizes.get(name);
    if (!size || pos === undefined) continue;
    const [x = 0, y = 0] = pos.split(',').map(Number);
    found.set(name, { ...size, x: x - size.width / 2, y: top - y - size.height / 2 });
  }
  const places = new Map(
    [...wrapColumns(found)].map(([name, place]) => {
      const moved = { x: Math.round(place.x + MARGIN), y: Math.round(place.y + MARGIN) };
      return [name, { ...place, ...moved }] as const;
    }),
  );
  const ends = [...places].map(([name, { x, y, width, height }]) => ({
    right: x + width + (own.has(name) ? draw.ownLinkWidth : 0),
    bottom: y + height,
  }));
  return {
    places,
    width: Math.max(0, ...ends.map(({ right }) => right)) + MARGIN,
    height: Math.max(0, ...ends.map(({ bottom }) => bottom)) + MARGIN,
  };
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}
