import { showFailure } from '../../errors.ts';
import { checkModules } from '../../boot/modules/check-modules.ts';
import { orderModules } from '../../boot/modules/order-modules.ts';
import { readModules } from '../../boot/modules/read-modules.ts';
import type { UpgradeReport } from '../../boot/report.ts';
import { bringAllUp, openAll } from '../../modules/bring-all-up.ts';
import type { CommandResult, Given } from '../command.ts';
import { codeOfError, EXIT_CODES, gravest } from '../exit-codes.ts';
import { failureData } from '../failure-text.ts';
import type { Target } from '../project/project-schemas.ts';
import { callFlags } from './each-schema.ts';

/** Brings all Schemas of the project up in the order of their needs. One that fails stops only those that need it. */
export async function bringUpAll<Report extends object>(
  given: Given,
  describe: (target: Target, report: UpgradeReport) => Promise<Report>,
  say: (report: Report) => string,
): Promise<CommandResult> {
  return given.working(async working => {
    const options = { ...callFlags(given.flags), ...working };
    const calls = openAll(given.schemas.map(({ schema }) => schema)).map(({ call }) => call(options, 'upgrade'));
    const { reports, failures } = await bringAllUp(calls);
    const described: Report[] = [];
    for (const report of reports) {
      const target = given.schemas.find(({ definition }) => definition.guid === report.guid) as Target;
      described.push(await describe(target, report));
    }
    // The first error is shown in full, after everything else.
    const [first, ...failed] = failures.filter(({ outcome }) => outcome === 'failed');
    const left = failures.filter(({ outcome }) => outcome !== 'failed');
    const codes = failures.flatMap(({ outcome, error }) => (outcome === 'failed' ? codeOfError(error) : []));
    return {
      code: failures.length > 0 && codes.length === 0 ? EXIT_CODES.error : gravest(codes),
      schemas: described,
      text: [...described.map(say), ...[...failed, ...left].map(showFailure)].map(line => `${line}\n`).join(''),
      ...(failures.length > 0 && {
        more: {
          failures: failures.map(({ error, ...rest }) => ({
            ...rest,
            ...(error ? { error: failureData(error) } : {}),
          })),
        },
      }),
      ...(first && { error: first.error }),
    };
  });
}

/** Tells whether a command works on all Schemas of the project together, and not on one that was chosen. */
export function isTogether({ schemas, flags, version }: Given): boolean {
  return schemas.length > 1 && version === undefined && flags.guid === undefined;
}

/**
 * Checks what the Schemas of the project need of each other, unless some of them were chosen.
 *
 * @throws {@link SchemaDefinitionError}
 */
export function checkTogether({ schemas, flags }: Given): void {
  if (flags.guid === undefined) checkModules(schemas.map(({ definition }) => definition));
}

/**
 * The order in which `upgrade` would bring the Schemas up, a line each: `accounts: 1 to 3`. Empty if nothing has to be done.
 * Without those whose row cannot be read.
 */
export async function describeOrder({ schemas }: Given): Promise<readonly string[]> {
  const { rows, faults } = await readModules(schemas, { waitMs: 0 });
  const { stretches, stuck } = orderModules(
    schemas
      .filter(({ definition }) => !faults.has(definition.guid))
      .map(({ definition }) => ({ definition, deployed: rows.get(definition.guid)?.version })),
  );
  return [
    ...stretches.map(({ guid, from, to }) => `${guid}: ${from === undefined ? 'install' : `${from} to`} ${to}`),
    ...stuck.map(
      ({ guid, unmet }) => `${guid}: waits for ${unmet.map(need => `${need.guid} ${need.needs}`).join(', ')}`,
    ),
  ];
}
