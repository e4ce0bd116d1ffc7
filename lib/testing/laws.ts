import type { Law } from './law.ts';
import { compatibleLaw } from './laws/compatible-law.ts';
import { frozenVersionsLaw } from './laws/frozen-versions-law.ts';
import { killedLaw } from './laws/killed-law.ts';
import { oldDumpsLaw } from './laws/old-dumps-law.ts';
import { sameStorageLaw } from './laws/same-storage-law.ts';
import { undoableLaw } from './laws/undoable-law.ts';

/** All laws, in the order in which they are checked: what needs no database comes first. */
export const LAWS: readonly Law[] = [
  frozenVersionsLaw,
  sameStorageLaw,
  compatibleLaw,
  undoableLaw,
  killedLaw,
  oldDumpsLaw,
];
