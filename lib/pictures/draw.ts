import type { Box, Diagram, Field, Link } from './diagram.ts';
import { measure, type Measure } from './measure.ts';

/** The position of a box, in pixels from the upper left corner. */
export interface BoxPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Draws diagrams as SVG, and measures their boxes. */
interface Draw {
  /** The SVG inside an `svg` element; `placeOf` finds the place of a box by its name. */
  diagram(diagram: Diagram, placeOf: (name: string) => BoxPlace | undefined): string;
  sizeOf(box: Box): { readonly width: number; readonly height: number };
  /** How far the link of an entity with itself reaches out of its box, to the right. */
  readonly ownLinkWidth: number;
}

/**
 * Makes the function that draws diagrams.
 *
 * A page of pictures contains the text of this function and calls it in the browser. So everything it uses is inside it.
 */
/* oxlint-disable unicorn/consistent-function-scoping -- only the text of this function is in the page */
export function makeDraw({ widthOf, cut }: Measure): Draw {
  const ROW = 20;
  const HEAD = 28;
  const CHARACTER = 7.25;
  const PADDING = 12;
  const OWN_LINK = 46;
  // Names may have hundreds of characters. A tooltip shows the whole name.
  const LONGEST_NAME = 44;
  const LONGEST_TYPE = 32;

  const escape = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const titleOf = ({ name, was, isView }: Box) => `${name}${was ? ` (was ${was})` : ''}${isView ? ' · view' : ''}`;
  const leftOf = ({ name, was }: Field) => `${name}${was ? ` (was ${was})` : ''}`;
  const rightOf = ({ type, isNullable }: Field) => `${type}${isNullable ? '?' : ''}`;

  const shortTitle = (box: Box) => cut(titleOf(box), LONGEST_NAME + LONGEST_TYPE);
  const shortLeft = (field: Field) => cut(leftOf(field), LONGEST_NAME);
  const shortRight = (field: Field) => cut(rightOf(field), LONGEST_TYPE);
  const noteOn = (field: Field) => {
    const isCut = shortLeft(field) !== leftOf(field) || shortRight(field) !== rightOf(field);
    const said = [
      ...(isCut ? [`${leftOf(field)}: ${rightOf(field)}`] : []),
      ...(field.changed?.length ? [`changed: ${field.changed.join(', ')}`] : []),
    ].join('; ');
    return said === '' ? '' : `<title>${escape(said)}</title>`;
  };

  const sizeOf = (box: Box) => {
    const longest = Math.max(
      widthOf(shortTitle(box)) + 2,
      ...box.fields.map(field => widthOf(shortLeft(field)) + widthOf(shortRight(field)) + 3),
    );
    return {
      width: Math.ceil(Math.max(120, longest * CHARACTER + 2 * PADDING)),
      height: HEAD + box.fields.length * ROW + 8,
    };
  };

  const drawBox = (box: Box, { x, y, width }: BoxPlace) => {
    const { height } = sizeOf(box);
    const rows = box.fields.map((field, index) => {
      const base = y + HEAD + index * ROW + 16;
      const shade = field.mark
        ? `<rect class="shade" x="${x + 1}" y="${base - 14}" width="${width - 2}" height="${ROW}"/>`
        : '';
      return `<g class="field ${field.mark ?? ''}${field.isKey ? ' key' : ''}${field.isReference ? ' reference' : ''}">${noteOn(field)}${shade}<text x="${x + PADDING}" y="${base}">${escape(shortLeft(field))}</text><text class="type" x="${x + width - PADDING}" y="${base}" text-anchor="end">${escape(shortRight(field))}</text></g>`;
    });
    return `<g class="box ${box.mark ?? ''}" data-entity="${escape(box.name)}"><rect class="frame" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/><path class="head" d="M${x},${y + HEAD} v${6 - HEAD} q0,-6 6,-6 h${width - 12} q6,0 6,6 v${HEAD - 6} z"/><text class="title" x="${x + PADDING}" y="${y + 19}">${shortTitle(box) === titleOf(box) ? '' : `<title>${escape(titleOf(box))}</title>`}${escape(shortTitle(box))}</text>${rows.join('')}</g>`;
  };

  const rowOf = (box: Box, property: string | undefined) => {
    const index = box.fields.findIndex(field => field.name === property);
    return index < 0 ? HEAD / 2 : HEAD + index * ROW + ROW / 2;
  };

  const drawLink = (link: Link, from: readonly [Box, BoxPlace], to: readonly [Box, BoxPlace]) => {
    const [box, start] = from;
    const [, end] = to;
    const y1 = start.y + rowOf(box, link.property);
    const y2 = end.y + HEAD / 2;
    const isLeft = end.x + end.width / 2 < start.x + start.width / 2;
    const isOwn = start === end;
    const x1 = isLeft ? start.x : start.x + start.width;
    const x2 = isOwn ? x1 : isLeft ? end.x + end.width : end.x;
    const away = Math.max(28, Math.abs(x2 - x1) / 2) * (isLeft ? -1 : 1);
    const path = isOwn
      ? `M${x1},${y1} C${x1 + OWN_LINK},${y1} ${x2 + OWN_LINK},${y2} ${x2},${y2}`
      : `M${x1},${y1} C${x1 + away},${y1} ${x2 - away},${y2} ${x2},${y2}`;
    const said =
      link.kind === 'extends'
        ? `${link.from} extends ${link.to}`
        : `${link.from}.${link.property} → ${link.to}, ${link.kind}`;
    return `<path class="link ${link.mark ?? ''} ${link.kind === 'extends' ? 'extends' : ''}${link.isNullable ? ' nullable' : ''}" data-from="${escape(link.from)}" data-to="${escape(link.to)}" d="${path}" marker-end="url(#${link.kind === 'extends' ? 'child' : 'one'})"${link.kind === 'm:n' ? ' marker-start="url(#many)"' : ''}><title>${escape(said)}</title></path>`;
  };

  return {
    sizeOf,
    ownLinkWidth: OWN_LINK,
    diagram({ boxes, links }, placeOf) {
      const placed = new Map<string, readonly [Box, BoxPlace]>();
      for (const box of boxes) {
        const place = placeOf(box.name);
        if (place) placed.set(box.name, [box, place]);
      }
      const lines = links.flatMap(link => {
        const [from, to] = [placed.get(link.from), placed.get(link.to)];
        return from && to ? [drawLink(link, from, to)] : [];
      });
      const marker = (id: string, shape: string) =>
        `<marker id="${id}" viewBox="0 0 12 12" refX="${id === 'many' ? 1 : 11}" refY="6" markerWidth="11" markerHeight="11" orient="auto"><path class="marker" d="${shape}"/></marker>`;
      const markers = `<defs>${marker('one', 'M1,1 L11,6 L1,11')}${marker('many', 'M11,1 L1,6 L11,11')}${marker('child', 'M1,1 L11,6 L1,11 z')}</defs>`;
      return `${markers}${lines.join('')}${[...placed.values()].map(([box, place]) => drawBox(box, place)).join('')}`;
    },
  };
}
/* oxlint-enable unicorn/consistent-function-scoping */

export const draw: Draw = makeDraw(measure);
