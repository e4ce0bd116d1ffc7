import { SchemaTargetError } from '../../errors.ts';
import type { LeftOut } from '../manifest.ts';
import type { DumpedTable } from '../values/dumped-tables.ts';

/** Why the rows of an entity are left out, and whether relations to it become null. */
export type Exception = string | { readonly reason: string; readonly references?: 'null' | undefined };

/** Entities, or tables without one, whose rows are left out. */
export type Exceptions = Readonly<Record<string, Exception>>;

/** The tables to dump, and the tables left out. */
interface Selection {
  readonly tables: readonly DumpedTable[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Leaves tables out, and makes sure that nothing refers to them then.
 *
 * @throws {@link SchemaTargetError} for a name that is no entity, for one that shares its table, without a reason, and for
 * foreign keys into the tables to leave out
 */
export function leaveOut(guid: string, all: readonly DumpedTable[], exceptions: Exceptions): Selection {
  const leftOut = Object.entries(exceptions).map(([name, exception]): LeftOut & { isUnlinked: boolean } => {
    const table = all.find(({ title, entity }) => entity === name || title === name);
    const refuse = (why: string) => new SchemaTargetError(why, { guid, target: name });
    const sharing = all.find(({ entities }) => entities.includes(name));
    if (!table && sharing)
      throw refuse(
        `\`except\` names ${name}, which shares the table ${sharing.title}. Use ${nameOf(sharing)}, which leaves out the whole table.`,
      );
    if (!table)
      throw refuse(
        `\`except\` names ${name}, which is not an entity of this version. Use one of: ${all.map(nameOf).join(', ')}.`,
      );
    const { reason, references } =
      typeof exception === 'string' ? { reason: exception, references: undefined } : exception;
    if (typeof reason !== 'string' || reason.trim() === '')
      throw refuse(
        `\`except\` leaves out ${name} without a reason. Say why: \`except: { ${name}: 'caches are rebuilt' }\`.`,
      );
    return { entity: nameOf(table), table: table.title, reason, isUnlinked: references === 'null' };
  });
  const kept = all.filter(({ title }) => !leftOut.some(one => one.table === title));
  for (const { entity, table } of leftOut) assertWholeRows(guid, all, kept, { entity, table });
  const tables = kept.map(table => unlinked(guid, table, leftOut));
  return { tables, leftOut: leftOut.map(({ entity, table, reason }) => ({ entity, table, reason })) };
}

/** Where each type has a table, a row has a part in several of them: without one, it would be another row. */
function assertWholeRows(
  guid: string,
  all: readonly DumpedTable[],
  kept: readonly DumpedTable[],
  { entity, table }: Pick<LeftOut, 'entity' | 'table'>,
): void {
  const top = all.find(({ title }) => title === table)?.top;
  const parts = top === undefined ? [] : all.filter(one => one.top === top);
  const rest = parts.filter(one => kept.includes(one));
  if (rest.length === 0) return;
  throw new SchemaTargetError(
    `\`except\` leaves out ${entity}, whose rows are in several tables: the parts in ${rest.map(({ title }) => title).join(', ')} would stay. ` +
      `Leave out all of ${parts.map(nameOf).join(', ')}, or none.`,
    { guid, target: entity },
  );
}

function nameOf({ entity, title }: DumpedTable): string {
  return entity ?? title;
}

function unlinked(
  guid: string,
  table: DumpedTable,
  leftOut: readonly (LeftOut & { isUnlinked: boolean })[],
): DumpedTable {
  let { columns } = table;
  for (const reference of table.references) {
    const gone = leftOut.find(one => one.table === reference.table);
    if (!gone) continue;
    const emptied = reference.columns.filter(column => reference.nullable.includes(column));
    const refers = `${table.title}.${reference.columns.join(', ')} refers to ${gone.entity}, which \`except\` leaves out`;
    if (emptied.length === 0)
      throw new SchemaTargetError(`${refers}, and it is never null. Leave out ${nameOf(table)} too, or neither.`, {
        guid,
        target: gone.entity,
      });
    if (!gone.isUnlinked)
      throw new SchemaTargetError(
        `${refers}. To make it null: \`--except '${gone.entity}:null=…'\`, or in code \`except: { ${gone.entity}: { reason: '…', references: 'null' } }\`.`,
        { guid, target: gone.entity },
      );
    columns = columns.map(column => (emptied.includes(column.name) ? { ...column, isEmptied: true } : column));
  }
  return { ...table, columns };
}
