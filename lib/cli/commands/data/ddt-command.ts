import type { DoubleDumpCheck, DoubleDumpProgress, DoubleDumpReport } from '../../../dump/index.ts';
import { nameOfCheck } from '../../../dump/report-texts.ts';
import { failureData } from '../../failure-text.ts';
import type { Command, Working } from '../../command.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import { callEach, onlySchema } from '../each-schema.ts';
import { exceptionsOf } from './dump-commands.ts';

/** The double dump test. */
export const ddt: Command = {
  name: 'ddt',
  summary: 'double dump test: restore a dump into scratch databases, upgrade it in two ways, and compare byte by byte',
  flags: ['dumps', 'across', 'acrossContext', 'except', 'waitMs'],
  async run(given) {
    const { dumps, across, acrossContext } = given.flags;
    if (given.flags.except !== undefined) onlySchema(given, 'Entities belong to one Schema');
    const work = await import('../../../dump/index.ts');
    const except = exceptionsOf(given.flags);
    const other = across === undefined ? undefined : await given.otherOrm(across, acrossContext);
    const reports: DoubleDumpReport[] = [];
    const result = await callEach(
      given,
      async ({ schema }, { waitMs, signal, onProgress }) => {
        const checks = newCheckProgress(schema.guid, onProgress);
        const options = { signal, dumps, except, waitMs, across: other };
        const report = await work.doubleDump(schema, { ...options, onProgress: progress => checks.next(progress) });
        checks.end();
        reports.push(report);
        return report;
      },
      String,
    );
    const isEqual = reports.every(report => report.isEqual);
    return {
      ...result,
      code: result.error === undefined && !isEqual ? EXIT_CODES.error : result.code,
      schemas: reports.map(report => ({ ...report, checks: report.checks.map(forJson) })),
    };
  },
};

/** A check is over when the next one begins. */
function newCheckProgress(guid: string, report: Working['onProgress']) {
  let current: { readonly method: string; readonly version: number } | undefined;
  let began = 0;
  const end = () => {
    if (current) report?.({ type: 'finished', guid, ...current, ms: performance.now() - began });
    current = undefined;
  };
  return {
    end,
    next({ check, dump, version }: DoubleDumpProgress) {
      end();
      const method = version === undefined ? check : nameOfCheck({ check, dump, version });
      current = { method, version: version ?? 0 };
      began = performance.now();
      report?.({ type: 'started', guid, ...current });
    },
  };
}

function forJson({ differences, ...check }: DoubleDumpCheck): object {
  return {
    ...check,
    differences: differences.map(one =>
      one.kind === 'error' ? { kind: 'error', error: failureData(one.error) } : one,
    ),
  };
}
