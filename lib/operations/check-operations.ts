import { OperationError } from '../errors.ts';
import { storedName } from '../models/stored-names.ts';
import { claimsOf, dropOfCheck, findCheck } from './table/live-checks.ts';
import { change, findTable, readTable } from './table/open-table.ts';
import type { OperationContext } from './context.ts';
import { assertAsAsked } from './table/as-asked.ts';
import { assertHolds } from './table/assess-rows.ts';
import { strangeCheck, strangeCheckError } from './table/strangers.ts';
import { partsOfTable, wantedOf } from './table/wanted.ts';

/** Adds a check that the entity declares under this name. If it exists already, nothing happens. */
export async function addCheck(context: OperationContext, entity: object, asked: string): Promise<void> {
  const wanted = wantedOf(context, entity);
  const name = storedName(wanted.em.getPlatform(), asked);
  const check = wanted.table.getChecks().find(candidate => candidate.name === name);
  const { guid } = context;
  if (!check) {
    const known = wanted.table
      .getChecks()
      .map(candidate => candidate.name)
      .join(', ');
    throw new OperationError(
      `${wanted.meta.className} declares no check ${name}.${known ? ` Its checks are ${known}.` : ''}`,
      { guid },
    );
  }
  const live = await readTable(context, wanted);
  await assertAsAsked(context, wanted, live, { checks: [check] });
  if (findCheck(live, check, claimsOf(context, live, [wanted]))) return;
  await assertHolds(context, live, check);
  await change(context, wanted, [{ kind: 'add check', check }]);
}

/** Drops a check by its name. If it does not exist, nothing happens, unless an equal check has another name: that is an error. */
export async function dropCheck(context: OperationContext, entity: object, asked: string): Promise<void> {
  const wanted = wantedOf(context, entity);
  const name = storedName(wanted.em.getPlatform(), asked);
  const live = await findTable(context, wanted);
  const declared = wanted.table.getChecks().find(check => check.name === name);
  const there =
    live?.checks.find(check => check.name === name) ??
    (live && declared && findCheck(live, declared, claimsOf(context, live, [wanted])));
  if (there) return change(context, wanted, [dropOfCheck(there)]);
  const column = wanted.table.getColumn(declared?.columnName ?? '');
  const stranger = live && declared && strangeCheck(live, declared, [partsOfTable(wanted)], column);
  if (stranger) throw strangeCheckError(context, wanted, live, { check: declared, stranger });
}
