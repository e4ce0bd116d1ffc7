export { captureFixture, type CaptureOptions } from './fixtures/capture-fixture.ts';
export { doubleDump, type DoubleDumpOptions, type DoubleDumpReport } from './double-dump/double-dump.ts';
export type { DoubleDumpCheck, DoubleDumpDifference, DoubleDumpProgress } from './double-dump/check-dump.ts';
export type { DumpDifference } from './double-dump/compare-dumps.ts';
export { dump, type DumpOptions, type DumpReport, type RowProgress } from './dump-database.ts';
export type { LeftOut } from './manifest.ts';
export type { Exception, Exceptions } from './writing/left-out.ts';
export { move, type MoveOptions, type MoveProgress, type MoveReport } from './move/move-database.ts';
export { rehearse, type RehearsalReport, type RehearseOptions } from './rehearsal/rehearse-upgrade.ts';
export type { RehearsedTable } from './rehearsal/count-tables.ts';
export {
  restore,
  type RestoreOptions,
  type RestorePhase,
  type RestoreProgress,
  type RestoreReport,
} from './restore/restore-database.ts';
