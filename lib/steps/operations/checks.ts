import { OperationError } from '../../errors.ts';
import { findCheck } from './same-check.ts';
import { change, readTable } from './table.ts';
import type { OperationContext } from './context.ts';
import { countRows } from './data-problems.ts';
import { showName } from './names.ts';
import { wantedOf } from './wanted.ts';

/** Adds a check that the entity declares under this name. What is there is left alone. */
export async function addCheck(context: OperationContext, entity: object, name: string): Promise<void> {
  const wanted = wantedOf(context, entity);
  const check = wanted.table.getChecks().find(candidate => candidate.name === name);
  const { guid } = context;
  if (!check) {
    const known = wanted.table
      .getChecks()
      .map(candidate => candidate.name)
      .join(', ');
    throw new OperationError(
      `${wanted.meta.className} declares no check ${name}${known ? `: it declares ${known}` : ''}`,
      { guid },
    );
  }
  const live = await readTable(context, wanted);
  if (findCheck(live, check)) return;
  const rows = await countRows(context, live, `not (${String(check.expression)})`);
  if (rows > 0) {
    throw new OperationError(
      `the check ${name} of ${showName(live)} does not hold for ${rows} ${rows === 1 ? 'row' : 'rows'}: mend them first`,
      {
        guid,
        table: showName(live),
        rows,
      },
    );
  }
  await change(context, wanted, [{ kind: 'add check', check }]);
}

/** Drops a check by its name. What is not there is left alone. */
export async function dropCheck(context: OperationContext, entity: object, name: string): Promise<void> {
  const wanted = wantedOf(context, entity);
  const live = await context.editor.read(context.sql, wanted.name);
  const declared = wanted.table.getChecks().find(check => check.name === name);
  const there = live?.checks.find(check => check.name === name) ?? (live && declared && findCheck(live, declared));
  if (there) await change(context, wanted, [{ kind: 'drop check', name: there.name, expression: there.expression }]);
}
