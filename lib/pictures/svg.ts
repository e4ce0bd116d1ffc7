import type { Diagram } from './diagram.ts';
import { draw } from './draw.ts';
import type { Layout } from './lay-out.ts';
import { PICTURE_STYLE } from './page/style.ts';

/** Writes a diagram as a separate SVG file. It is light or dark, as the reader's system is. */
export function svg(diagram: Diagram, { places, width, height }: Layout): string {
  const drawn = draw.diagram(diagram, name => places.get(name));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><style>${PICTURE_STYLE}</style><rect width="100%" height="100%" fill="var(--paper)"/>${drawn}</svg>\n`;
}
