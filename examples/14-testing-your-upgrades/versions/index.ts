// The frozen versions of the storage.
export const versions = {
  1: { fingerprint: '1:1dab590eb3384fc3', load: () => import('./1.ts') },
  2: { fingerprint: '1:e2919b47b8caecc8', load: () => import('./2.ts') },
  3: { fingerprint: '1:a4ba37aae532d5e2', load: () => import('./3.ts') },
};

export type V1 = typeof import('./1.ts');
export type V2 = typeof import('./2.ts');
export type V3 = typeof import('./3.ts');
