import type { Versions } from '../../../lib/index.ts'; // yours: 'mikro-orm-dejavu'

export type V1 = typeof import('./1.ts');
export type V2 = typeof import('./2.ts');
export type V3 = typeof import('./3.ts');

// A boot compares the fingerprints and imports none of these; a step imports the two it leads between.
export const versions = {
  1: { fingerprint: '1:1dab590eb3384fc3', load: () => import('./1.ts') },
  2: { fingerprint: '1:e2919b47b8caecc8', load: () => import('./2.ts') },
  3: { fingerprint: '1:a4ba37aae532d5e2', load: () => import('./3.ts') },
} satisfies Versions;
