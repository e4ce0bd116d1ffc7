import type { Versions } from '../../../../../lib/index.ts';

export type V1 = typeof import('./1.ts');
export type V2 = typeof import('./2.ts');
export type V3 = typeof import('./3.ts');

export const versions = {
  1: { fingerprint: '1:7642ff05742373cd', load: () => import('./1.ts') },
  2: { fingerprint: '1:7d2530d27a6353d9', load: () => import('./2.ts') },
  3: { fingerprint: '1:401091f28daee45c', load: () => import('./3.ts') },
} satisfies Versions;
