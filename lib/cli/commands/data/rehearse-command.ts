import { showDifferences } from '../../../drift/difference-tree.ts';
import type { RehearsalReport } from '../../../dump/index.ts';
import type { Command } from '../../command.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import { sayDuration, table } from '../../wording.ts';
import { callEach, onlySchema } from '../each-schema.ts';

const WAYS = {
  file: 'a copy of the file',
  template: 'a copy of the whole database',
  dump: 'a copy by a dump, which has the tables of this Schema only',
};

/** Runs the pending steps on a copy of the database. Exits with the code for drift if the copy differs from its version. */
export const rehearse: Command = {
  name: 'rehearse',
  summary: 'run the pending steps on a copy of the database, and show how long they take and what they change',
  version: { required: false, about: 'the version to stop at, or to go back to (default: latest)' },
  flags: ['folder', 'allowLoss', 'transaction', 'verify', 'waitMs'],
  async run(given) {
    const { version, flags } = given;
    if (version !== undefined) onlySchema(given);
    const work = await import('../../../dump/index.ts');
    const reports: RehearsalReport[] = [];
    const result = await callEach(
      given,
      async ({ schema }, { transaction, verify, allowLoss, waitMs, signal, onProgress }) => {
        const options = { transaction, verify, allowLoss, waitMs, signal, onProgress, folder: flags.folder };
        const report = await work.rehearse(schema, version, options);
        reports.push(report);
        return report;
      },
      sayRehearsal,
    );
    if (result.error !== undefined) return { ...result, text: `${result.text}${UNTOUCHED}\n` };
    const isDrifted = reports.some(({ differences }) => differences.length > 0);
    return isDrifted ? { ...result, code: EXIT_CODES.drift } : result;
  },
};

const UNTOUCHED = 'The rehearsal failed. The database itself was not changed.';

function sayRehearsal(report: RehearsalReport): string {
  const { guid, from, to, outcome, way, copyMs, steps, dropped, differences, removed, kept } = report;
  if (way === undefined) return `${guid}: ${outcome} at version ${from}, nothing to rehearse`;
  const ran = steps.map(step => [`  ${step.version}`, sayDuration(step.ms)]);
  const rows = report.tables.map(({ table: name, rowsBefore, rowsAfter, changed }) => [
    `  ${name}`,
    sayRows(rowsBefore),
    sayRows(rowsAfter),
    [...sayFate(rowsBefore, rowsAfter), ...changed].join(', '),
  ]);
  const drift = showDifferences(differences)
    .split('\n')
    .map(line => `    ${line}`);
  return [
    `${guid}: rehearsed from version ${from} to ${to} on ${WAYS[way]}, made in ${sayDuration(copyMs)}. The database was not changed.`,
    table(['  version', 'time'], ran),
    table(['  table', 'rows before', 'rows after', 'changed'], rows),
    ...dropped.map(({ version, what }) => `  dropped with version ${version}: ${what}`),
    ...(differences.length > 0 ? [`  the storage differs from the frozen version ${to}:`, ...drift] : []),
    ...removed.map(name => `  removed ${name}, which a killed rehearsal left`),
    ...kept.map(name => `  ${name} may be left of a killed rehearsal. Remove it if none is running.`),
  ].join('\n');
}

function sayRows(rows: number | undefined): string {
  return rows === undefined ? '–' : rows.toLocaleString('en');
}

function sayFate(before: number | undefined, after: number | undefined): string[] {
  if (before === undefined) return ['created'];
  return after === undefined ? ['dropped'] : [];
}
