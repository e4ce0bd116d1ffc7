import type { CheckDef, ForeignKey } from '@mikro-orm/sql';
import { OperationError } from '../../../errors.ts';
import { quoteName } from '../../../sql/quoting.ts';
import { showName } from '../../table-names.ts';
import { aim, type Alteration } from './alteration.ts';

/** Adds a check, or a constraint that MikroORM treats as one, such as an exclusion. */
export async function addCheck(alteration: Alteration, check: CheckDef): Promise<void> {
  const { helper, wanted } = alteration.context;
  await alteration.execute(aim(helper.createCheck(wanted, check), alteration.name));
}

export async function dropConstraint(alteration: Alteration, name: string): Promise<void> {
  await alteration.execute(`alter table ${alteration.name} drop constraint ${quoteName(name)}`);
}

/** Adds a foreign key, unless the application has told MikroORM to make none. */
export async function addForeignKey(alteration: Alteration, foreignKey: ForeignKey): Promise<void> {
  const { helper, wanted } = alteration.context;
  const statement = helper.createForeignKey(wanted, foreignKey);
  if (statement !== '') await alteration.execute(aim(statement, alteration.name));
}

/** Drops the foreign keys over exactly these columns. */
export async function dropForeignKey(alteration: Alteration, columns: readonly string[]): Promise<void> {
  const { foreignKeys } = await alteration.read();
  const keys = foreignKeys.filter(key => key.columns.join('\0') === columns.join('\0'));
  for (const { name } of keys) await dropConstraint(alteration, name as string);
}

/**
 * Makes these columns the primary key, in the place of another.
 *
 * @throws {@link OperationError} naming the foreign keys that refer to the old one
 */
export async function setPrimaryKey(alteration: Alteration, columns: readonly string[]): Promise<void> {
  const { context, oid, asked, name } = alteration;
  const rows = await alteration.execute(
    `select p.conname as old, pg_catalog.pg_describe_object('pg_catalog.pg_constraint'::pg_catalog.regclass, f.oid, 0) as reference ` +
      `from pg_catalog.pg_constraint p left join pg_catalog.pg_constraint f on f.contype = 'f' and f.confrelid = p.conrelid and f.conindid = p.conindid ` +
      `where p.conrelid = ${oid} and p.contype = 'p' order by 2`,
  );
  const references = rows.filter(row => row.reference).map(row => String(row.reference));
  if (references.length > 0) {
    throw new OperationError(
      `the primary key of ${showName(asked)} cannot change: ${references.join(', ')} ` +
        `${references.length === 1 ? 'refers' : 'refer'} to it. Drop that first with dropForeignKey(), and add it again afterwards.`,
      { table: showName(asked) },
    );
  }
  const { helper, wanted } = context;
  const named = helper.hasNonDefaultPrimaryKeyName(wanted)
    ? `constraint ${quoteName(String(wanted.getPrimaryKey()?.keyName))} `
    : '';
  const clauses = [
    ...(rows[0] ? [`drop constraint ${quoteName(String(rows[0].old))}`] : []),
    ...(columns.length > 0 ? [`add ${named}primary key (${columns.map(quoteName).join(', ')})`] : []),
  ];
  if (clauses.length > 0) await alteration.execute(`alter table ${name} ${clauses.join(', ')}`);
}
