import { reasonOf, type StepFailedError } from '../../errors.ts';
import type { Breach, Law, LawCheck, Subject } from '../law.ts';
import { captureRows } from '../rows/install-at.ts';
import { rowsCheck } from '../rows/rows-check.ts';
import { keptRows } from '../row-comparison/kept-rows.ts';
import { fittingRows } from './fitting-rows.ts';
import { stepsBetweenFrozen } from './steps-between.ts';
import { storageBreaches } from './storage-breaches.ts';

/** Each step leads from one frozen version to the next, and keeps the rows. */
export const stepLaw: Law = {
  number: 2,
  name: 'steps',
  checks: subject => [
    ...(subject.definition.frozen.length > 0 ? [rowsCheck(subject)] : []),
    ...stepsBetweenFrozen(subject).map(version => stepCheck(subject, version)),
  ],
};

function stepCheck(subject: Subject, version: number): LawCheck {
  const method = `upgradeTo_${version}`;
  return {
    says: `${method} leads from the frozen version ${version - 1} to ${version}, and keeps the rows`,
    version,
    withRows: true,
    look: async () => {
      const { options, remarks, failure } = await fittingRows(subject, version - 1, version);
      if (failure) return { breaches: [failsWithRows(version, failure)] };
      const way = { from: version - 1, to: version, options, withRows: true };
      return subject.prepared.lendUpgraded(way, async place => {
        const { renames } = place;
        const before = await place.rowsAtFirst();
        const storage = await storageBreaches(place.schema(), version, {
          what: `${method} does not lead to the frozen version ${version}`,
          next: `Complete ${method}. If the entities are wrong, correct them and run \`npx dejavu next --amend\`.`,
        });
        const told = [...remarks, ...place.unfilled.map(({ table, why }) => `${table} has no rows here: ${why}`)];
        if (storage.length > 0) return { breaches: storage, remarks: told };
        await using after = await captureRows(place.call());
        const rows = await keptRows(subject, version, { before, after, renames });
        return { breaches: rows.breaches, remarks: [...told, ...rows.remarks] };
      });
    },
  };
}

function failsWithRows(version: number, failure: StepFailedError): Breach {
  return {
    what: `upgradeTo_${version} fails with rows that version ${version - 1} allows`,
    details: [reasonOf(failure.cause ?? failure)],
    next:
      `Correct upgradeTo_${version}, so that it takes every row that version ${version - 1} allows. An operation such as ` +
      '`addProperty` may refuse rows, since it counts them before it changes anything. If your application never writes such ' +
      "rows, pass rows like its own: `proveSchema(…, { rows: { Entity: [{ name: 'Leo' }] } })`.",
    cause: failure,
  };
}
