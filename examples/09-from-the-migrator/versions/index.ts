// The frozen versions of the storage.
export const versions = {
  1: { fingerprint: '1:4c3be484b73a1f06', load: () => import('./1.ts') },
  2: { fingerprint: '1:93b42f1092a4eb01', load: () => import('./2.ts') },
};

export type V1 = typeof import('./1.ts');
export type V2 = typeof import('./2.ts');
