import type { Standing } from '../version.ts';
import type { Colour } from './colours.ts';

const colours: Readonly<Record<Standing, Colour>> = {
  level: 'green',
  behind: 'yellow',
  ahead: 'yellow',
  missing: 'red',
  'too old': 'red',
  forked: 'red',
};

/** The colour of where a database stands: red if it takes a person. */
export function colourOf(standing: Standing): Colour {
  return colours[standing];
}
