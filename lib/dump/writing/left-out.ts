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
    const table = all.find(({ title, entities }) => entities[0] === name || title === name);
    const refuse = (why: string) => new SchemaTargetError(why, { guid, target: name });
    const sharing = all.find(({ entities }) => entities.includes(name));
    if (!table && sharing)
      throw refuse(
        `\`except\` names ${name}, which shares the table ${sharing.title}. Use ${sharing.entities[0]}, which leaves out the whole table.`,
      );
    if (!table)
      throw refuse(
        `\`except\` names ${name}, which is not an entity of this version. Use one of: ${all.map(({ entities, title }) => entities[0] ?? title).join(', ')}.`,
      );
    const { reason, references } =
      typeof exception === 'string' ? { reason: exception, references: undefined } : exception;
    if (typeof reason !== 'string' || reason.trim() === '')
      throw refuse(
        `\`except\` leaves out ${name} without a reason. Say why: \`except: { ${name}: 'caches are rebuilt' }\`.`,
      );
    return { entity: table.entities[0] ?? name, table: table.title, reason, isUnlinked: references === 'null' };
  });
  const kept = all.filter(({ title }) => !leftOut.some(one => one.table === title));
  const tables = kept.map(table => unlinked(guid, table, leftOut));
  return { tables, leftOut: leftOut.map(({ entity, table, reason }) => ({ entity, table, reason })) };
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
      throw new SchemaTargetError(
        `${refers}, and it is never null. Leave out ${table.entities[0] ?? table.title} too, or neither.`,
        {
          guid,
          target: gone.entity,
        },
      );
    if (!gone.isUnlinked)
      throw new SchemaTargetError(
        `${refers}. To dump it as null: \`except: { ${gone.entity}: { reason: '…', references: 'null' } }\`.`,
        { guid, target: gone.entity },
      );
    columns = columns.map(column => (emptied.includes(column.name) ? { ...column, isEmptied: true } : column));
  }
  return { ...table, columns };
}
