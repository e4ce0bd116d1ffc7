import type { Versions } from 'mikro-orm-dejavu';

export type V1 = typeof import('./1.ts');
export type V2 = typeof import('./2.ts');

export const versions = {
  1: { fingerprint: '1:fb3e8724253c071e', load: () => import('./1.ts') },
  2: { fingerprint: '1:39523253398f89fd', load: () => import('./2.ts') },
} satisfies Versions;
