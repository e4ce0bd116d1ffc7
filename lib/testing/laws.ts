import type { Law } from './law.ts';
import { backLaw } from './laws/back-law.ts';
import { compatibleLaw } from './laws/compatible-law.ts';
import { frozenVersionsLaw } from './laws/frozen-versions-law.ts';
import { killedLaw } from './laws/killed-law.ts';
import { modesLaw } from './laws/modes-law.ts';
import { oldDumpsLaw } from './laws/old-dumps-law.ts';
import { referenceLaw } from './laws/reference-law.ts';
import { sameStorageLaw } from './laws/same-storage-law.ts';
import { stepLaw } from './laws/step-law.ts';
import { undoableLaw } from './laws/undoable-law.ts';

/** All laws, in the order in which they are checked: those that need no database come first. */
export const LAWS: readonly Law[] = [
  frozenVersionsLaw,
  sameStorageLaw,
  stepLaw,
  backLaw,
  compatibleLaw,
  undoableLaw,
  referenceLaw,
  modesLaw,
  killedLaw,
  oldDumpsLaw,
];
