import type { Column } from '@mikro-orm/sql';
import { quoteName } from '../../../sql/quoting.ts';
import type { LiveColumn } from '../../table-changes.ts';
import type { Alteration } from '../alter-table/alteration.ts';
import { companyOf } from './column-company.ts';
import { assertNothingNeeds } from '../alter-table/needed-by.ts';
import { isIdentity } from '../alter-table/sequences.ts';
import { columnSql } from '../alter-table/server-spelling.ts';

/** Whether a column is computed from others; an identity is not. */
export function isComputed(column: Pick<LiveColumn | Column, 'generated'>): boolean {
  return column.generated !== undefined && !isIdentity(column);
}

/** Makes a column one that is computed as wanted. */
export async function compute(alteration: Alteration, live: LiveColumn, column: Column): Promise<void> {
  const [expression, keeping] = takeApart(String(column.generated));
  const isStored = keeping === 'stored' && live.generated?.endsWith(' stored');
  if (isStored && alteration.serverVersion >= 170_000) {
    await alteration.execute(
      `alter table ${alteration.name} alter column ${quoteName(live.name)} set expression as ${expression}`,
    );
    return;
  }
  await remake(alteration, live.name, async () => {
    await alteration.execute(`alter table ${alteration.name} drop column ${quoteName(live.name)}`);
    await alteration.execute(`alter table ${alteration.name} add column ${columnSql(alteration.context, column)}`);
  });
}

/** Makes a computed column an ordinary one, which keeps what was computed last. */
export async function stopComputing(alteration: Alteration, live: LiveColumn): Promise<void> {
  const { name } = alteration;
  const column = quoteName(live.name);
  if (live.generated?.endsWith(' stored')) {
    await alteration.execute(`alter table ${name} alter column ${column} drop expression`);
    return;
  }
  // What was never stored has to be written down once
  const kept = quoteName('dejavu_computed');
  await remake(alteration, live.name, async () => {
    await alteration.execute(`alter table ${name} add column ${kept} ${live.type}`);
    await alteration.execute(`update ${name} set ${kept} = ${column}`);
    await alteration.execute(`alter table ${name} drop column ${column}`);
    await alteration.execute(`alter table ${name} rename column ${kept} to ${column}`);
  });
}

function takeApart(generated: string): [expression: string, keeping: string] {
  const [, expression = generated, keeping = ''] = /^(.*?)\s+(stored|virtual)\s*$/is.exec(generated) ?? [];
  return [expression, keeping.toLowerCase()];
}

/** Lets `work` drop a column and create it again, and restores the objects that went with it. */
async function remake(alteration: Alteration, column: string, work: () => Promise<void>): Promise<void> {
  await assertNothingNeeds(alteration, column, 'be computed another way');
  const company = await companyOf(alteration, column);
  await work();
  for (const statement of company) await alteration.execute(statement);
}
