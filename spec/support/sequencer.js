import Sequencer from '@jest/test-sequencer';

/** Where specs start processes, live whole lives, or try everything with everything: they take longest. */
const LONG = ['exactly-once', 'matrix.spec', 'cli', 'versions/matrix', 'stories', 'plan', 'schema.spec'];

/**
 * Begins with what takes longest, so that no worker is left alone with it at the end. A fresh checkout knows no durations
 * yet, and Jest would go by the size of the files, which tells nothing here.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const found = LONG.findIndex(part => path.includes(`/spec/${part}`));
      return found < 0 ? LONG.length : found;
    };
    return tests.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  }
}
