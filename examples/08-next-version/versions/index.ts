// The frozen versions of the storage.
export const versions = {
  1: { fingerprint: '1:7642ff05742373cd', load: () => import('./1.ts') },
  2: { fingerprint: '1:f8c3afc3f22e3874', load: () => import('./2.ts') },
};

export type V1 = typeof import('./1.ts');
export type V2 = typeof import('./2.ts');
