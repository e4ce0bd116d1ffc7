import type { Mark } from '../../../pictures/diagram.ts';
import type { Paint } from '../../tables-and-colours.ts';

const COLOURS = { added: 'green', removed: 'red', changed: 'yellow' } as const satisfies Record<
  Mark,
  Parameters<Paint>[0]
>;

/** The colour of what became of a part, in a terminal. */
export function colourOf(mark: Mark): Parameters<Paint>[0] {
  return COLOURS[mark];
}
