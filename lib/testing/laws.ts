import type { Law } from './law.ts';
import { frozenVersionsLaw } from './laws/frozen-versions-law.ts';
import { sameStorageLaw } from './laws/same-storage-law.ts';

/** All laws, in the order in which they are checked: what needs no database comes first. */
export const LAWS: readonly Law[] = [frozenVersionsLaw, sameStorageLaw];
