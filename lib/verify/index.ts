export type { Difference } from '../difference.ts';
export type { Ignore } from '../drift/ignore.ts';
export { repair, type Repair, type RepairOptions } from './repair-storage.ts';
export { verify, type Verification, type VerifyOptions } from './verify-storage.ts';
