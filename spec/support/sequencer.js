import Sequencer from '@jest/test-sequencer';

/** What takes longest, by the beginning of its path: cases that are made up, installations, whole lives and projects. */
const LONG = [
  'changes/any-change',
  'installs',
  'docs',
  'matrix',
  'version-file/keys',
  'stories/northwind',
  'drift',
  'cli',
  'dialects/drivers',
  'dump/move',
  'stories',
  'exactly-once',
  'testing',
  'support',
  'changes/matrix',
  'dump',
  'schema',
  'store/opening',
  'modules',
  'examples',
  'plan',
  'models/frozen',
];

/**
 * Begins with what takes longest, so that no worker is left alone with it at the end: as long as it took the last time, or,
 * in a fresh checkout, by where it is. Jest would go by the size of the files there, which tells nothing here.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const found = LONG.findIndex(part => path.includes(`/spec/${part}`));
      return found < 0 ? LONG.length : found;
    };
    const lasted = new Map(tests.map(test => [test, this.#lasted(test)]));
    const isKnown = tests.every(test => lasted.get(test) > 0);
    return tests.toSorted(
      (a, b) => (isKnown ? lasted.get(b) - lasted.get(a) : rank(a) - rank(b)) || (a.path < b.path ? -1 : 1),
    );
  }

  /** Milliseconds that a file took the last time; 0 if nobody knows. */
  #lasted(test) {
    return this._getCache(test)[test.path]?.[1] ?? 0;
  }
}
