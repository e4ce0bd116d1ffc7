import type { Versions } from '../../../../lib/index.ts';

export type V1 = typeof import('./1.ts');
export type V2 = typeof import('./2.ts');
export type V3 = typeof import('./3.ts');
export type V4 = typeof import('./4.ts');
export type V5 = typeof import('./5.ts');
export type V6 = typeof import('./6.ts');
export type V7 = typeof import('./7.ts');
export type V8 = typeof import('./8.ts');
export type V9 = typeof import('./9.ts');
export type V10 = typeof import('./10.ts');

/** The zoo's life in ten versions. */
export const versions: Versions = {
  1: { fingerprint: '1:57111b9a372c178d', load: () => import('./1.ts') },
  2: { fingerprint: '1:5bc57e1ddf277a5e', load: () => import('./2.ts') },
  3: { fingerprint: '1:7e5309ff71a4a839', load: () => import('./3.ts') },
  4: { fingerprint: '1:0b5c02d7d43dbfb6', load: () => import('./4.ts') },
  5: { fingerprint: '1:7cd437e794762994', load: () => import('./5.ts') },
  6: { fingerprint: '1:1c86ad7d1b367d69', load: () => import('./6.ts') },
  7: { fingerprint: '1:998529266089e83a', load: () => import('./7.ts') },
  8: { fingerprint: '1:256ffe8e5f7cfcc8', load: () => import('./8.ts') },
  9: { fingerprint: '1:9db830aa2783a3aa', load: () => import('./9.ts') },
  10: { fingerprint: '1:ce9bac761195da34', load: () => import('./10.ts') },
};
