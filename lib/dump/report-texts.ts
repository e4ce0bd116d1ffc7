import { showCount, showDuration } from '../quantities.ts';
import { showDrift, showSteps } from '../boot/outcome/report-text.ts';
import type { DoubleDumpCheck, DoubleDumpDifference } from './double-dump/check-dump.ts';
import type { DoubleDumpReport } from './double-dump/double-dump.ts';
import type { DumpReport } from './dump-database.ts';
import type { LeftOut } from './manifest.ts';
import type { MoveReport } from './move/move-database.ts';
import type { RehearsalReport } from './rehearsal/rehearse-upgrade.ts';
import type { RestoreReport } from './restore/restore-database.ts';

/** Shows what `dump()` wrote. */
export function showDump(report: DumpReport): string {
  const { guid, version, folder, leftOut, ms } = report;
  const first = `${guid}: dumped ${showAmount(report)} at version ${version} into ${folder}, in ${showDuration(ms)}`;
  return [first, ...showLeftOut(leftOut)].join('\n');
}

/** Shows what `restore()` did. */
export function showRestore(report: RestoreReport): string {
  const { guid, from, to, leftOut, steps, ms } = report;
  const upgraded = to === from ? '' : `, upgraded to version ${to} by ${showSteps(steps)}`;
  const first = `${guid}: restored ${showAmount(report)} at version ${from}${upgraded}, in ${showDuration(ms)}`;
  return [first, ...showLeftOut(leftOut), ...showDrift(report)].join('\n');
}

/** Shows what `move()` did. */
export function showMove(report: MoveReport): string {
  const { guid, version, from, to, leftOut, isGuarded, drift, ms } = report;
  return [
    `${guid}: moved ${showAmount(report)} at version ${version} from ${from} to ${to}, in ${showDuration(ms)}`,
    ...showLeftOut(leftOut),
    ...showDrift({ drift, to: version }),
    isGuarded
      ? '  The source was guarded: other processes could read it, but not write. Point the application to the target before they write again.'
      : '  The source was not guarded: rows that other processes wrote into it during the move are not in the target.',
  ].join('\n');
}

function showAmount({ rows, tables }: Pick<RestoreReport, 'rows' | 'tables'>): string {
  return `${showCount(rows, 'row')} in ${showCount(tables.length, 'table')}`;
}

function showLeftOut(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(({ entity, reason }) => `  left out: ${entity} (${reason})`);
}

const WAYS = {
  file: 'a copy of the file',
  template: 'a copy of the whole database',
  dump: 'a copy by a dump, which has no tables of other applications',
};

/** Shows what `rehearse()` found. */
export function showRehearsal(report: RehearsalReport): string {
  const { guid, from, to, outcome, way, copyMs, steps, dropped, differences, removed, kept } = report;
  if (way === undefined) return `${guid}: ${outcome} at version ${from}, nothing to rehearse`;
  const rows = report.tables.map(({ table, rowsBefore, rowsAfter, changed }) => [
    table,
    showRows(rowsBefore),
    showRows(rowsAfter),
    [...showFate(rowsBefore, rowsAfter), ...changed].join(', '),
  ]);
  return [
    `${guid}: rehearsed from version ${from} to ${to} on ${WAYS[way]}, made in ${showDuration(copyMs)}. The database was not changed.`,
    ...showColumns([['version', 'time'], ...steps.map(step => [String(step.version), showDuration(step.ms)])]),
    ...showColumns([['table', 'rows before', 'rows after', 'changed'], ...rows]),
    ...dropped.map(({ version, what }) => `  dropped with version ${version}: ${what}`),
    ...showDrift({ drift: differences, to }),
    ...removed.map(name => `  removed ${name}, which a killed rehearsal left`),
    ...kept.map(name => `  ${name} may be left over from a killed rehearsal. Remove it if none is running.`),
  ].join('\n');
}

function showRows(rows: number | undefined): string {
  return rows === undefined ? '–' : rows.toLocaleString('en');
}

function showFate(before: number | undefined, after: number | undefined): string[] {
  if (before === undefined) return ['created'];
  return after === undefined ? ['dropped'] : [];
}

/** Aligns cells. Columns with nothing below their head are left out. */
function showColumns(lines: readonly (readonly string[])[]): string[] {
  const [head = []] = lines;
  const kept = head.flatMap((_, column) => (lines.slice(1).some(line => line[column] !== '') ? column : []));
  const widths = new Map(kept.map(column => [column, Math.max(...lines.map(line => widthOf(line[column] ?? '')))]));
  return lines.map(line => {
    const cells = kept.map(column => {
      const cell = line[column] ?? '';
      return cell + ' '.repeat((widths.get(column) ?? 0) - widthOf(cell));
    });
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

/** Terminals show these characters two columns wide. */
const WIDE = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}/gu;

function widthOf(text: string): number {
  return Array.from(text).length + (text.match(WIDE)?.length ?? 0);
}

/** Shows what `doubleDump()` found. */
export function showDoubleDump({ guid, dumps, checks, isEqual, ms }: DoubleDumpReport): string {
  const tested = dumps.map(
    ({ folder = 'the database', version, rows }) =>
      `${guid}: ${folder} at version ${version}, ${showCount(rows, 'row')}`,
  );
  const failed = checks.filter(({ differences }) => differences.length > 0);
  const found = failed.flatMap(check => [
    `${guid}: ${nameOfCheck(check)} differs:`,
    ...check.differences.map(showDifference),
  ]);
  const counted = showCount(checks.length, 'check');
  const end = isEqual ? `${counted}, no difference` : `${counted}, ${failed.length} with differences`;
  return [...tested, ...found, `${guid}: ${end}, in ${showDuration(ms)}`].join('\n');
}

/** Names a check: `steps at version 3 of ./dumps/1`. */
export function nameOfCheck({
  check,
  dump,
  version,
}: Omit<DoubleDumpCheck, 'differences' | 'check'> & { check: string }) {
  return `${check} at version ${version}${dump === undefined ? '' : ` of ${dump}`}`;
}

function showDifference(difference: DoubleDumpDifference): string {
  switch (difference.kind) {
    case 'storage':
      return `  ${difference.path}`;
    case 'error':
      return `  ${difference.error.message}`;
    case 'dump': {
      const { file, line, first = 'nothing', second = 'nothing' } = difference;
      return `  ${file}${line === undefined ? '' : `:${line}`}\n    first:  ${first}\n    second: ${second}`;
    }
  }
}
