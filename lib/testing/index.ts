export { proveSchema, type NamedCheck, type ProveOptions } from './prove-schema.ts';
export type { ProvableSchema } from './subject.ts';
export {
  databaseAt,
  generateRows,
  type DatabaseAt,
  type DatabaseAtOptions,
  type MadeRows,
} from './rows/database-at.ts';
export type { Unfilled } from './rows/generate-rows.ts';
export type { RowsOption, WriteRows } from './rows/own-rows.ts';
export type { Models } from '../models/version-module.ts';
