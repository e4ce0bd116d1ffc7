import type { Column } from '@mikro-orm/sql';
import { quoteName } from '../../../sql/quoting.ts';
import { sameName, sameNames } from '../../../sql/same-names.ts';
import type { Change } from '../../table-changes.ts';
import type { EditContext } from '../../table-editor.ts';
import type { Clause } from '../table-text/clauses.ts';
import { conversion } from '../misfit.ts';
import { addClause, addColumn, dropColumn, renameColumn } from '../table-text/edit-columns.ts';
import {
  addConstraint,
  dropConstraint,
  findConstraint,
  hasKey,
  setPrimaryKey,
} from '../table-text/edit-constraints.ts';
import { removeClause, removeItem, rewrite } from '../table-text/edit-text.ts';
import { findColumn, type TableDefinition } from '../table-text/table-definition.ts';
import { alterColumn } from './alter-column.ts';
import { columnCheck, columnOfCheck, selectorOf, tableCheck, tableForeignKey, wantedColumn } from './wanted-text.ts';

/** A change of the table's own definition. A unique constraint is an index that stands in it. */
export type TableChange = Exclude<Change, { kind: 'add index' }>;

/** What a rebuild is to make of a table. */
interface Redefinition {
  readonly definition: TableDefinition;
  /** What columns get, by their new names, as SQL over the columns as they were. */
  readonly fills: Readonly<Record<string, string>>;
}

/** Turns changes into the definition they lead to, as MikroORM would write it into a new table. */
export function redefine(
  context: EditContext,
  definition: TableDefinition,
  changes: readonly TableChange[],
): Redefinition {
  // Another key is no hindrance to what happens to the columns of this one.
  const isRekeyed = hasKey(definition) && changes.some(change => change.kind === 'set primary key');
  const start = isRekeyed ? dropConstraint(definition, { primaryKey: true }) : definition;
  return changes.reduce<Redefinition>((plan, change) => apply(context, plan, change), { definition: start, fills: {} });
}

function apply(context: EditContext, plan: Redefinition, change: TableChange): Redefinition {
  const { definition, fills } = plan;
  switch (change.kind) {
    case 'add column': {
      const { text } = wantedColumn(context, change.column, { withKey: !hasKey(definition) });
      // Rows that are there are counted like new ones.
      const counter = change.column.autoincrement && !definition.withoutRowid ? 'rowid' : undefined;
      return {
        definition: addColumn(definition, text),
        fills: fill(fills, change.column.name, change.fill ?? counter),
      };
    }
    case 'drop column':
      return { definition: dropWithConstraints(definition, change.name), fills: fill(fills, change.name, undefined) };
    case 'rename column': {
      const { from, to } = change;
      return {
        definition: renameColumn(definition, from, to),
        fills: fill(fill(fills, from, undefined), to, fills[from]),
      };
    }
    case 'alter column': {
      const { said } = wantedColumn(context, change.column);
      const altered = withCounter(alterColumn(definition, change.name, said), change);
      return {
        definition: altered,
        fills: fill(fills, change.name, valueOf(context, plan, change) ?? fills[change.name]),
      };
    }
    case 'add check': {
      const beside = columnOfCheck(context, change.check);
      const added =
        beside === undefined
          ? addConstraint(definition, tableCheck(change.check))
          : addClause(definition, beside, columnCheck(change.check));
      return { definition: added, fills };
    }
    case 'add foreign key': {
      const text = tableForeignKey(context, definition, change.foreignKey);
      return { definition: addConstraint(definition, text), fills };
    }
    case 'drop check':
    case 'drop foreign key':
      return { definition: dropConstraint(definition, selectorOf(definition, change)), fills };
    case 'drop index':
      return { definition: dropConstraint(definition, selectorOf(definition, change)), fills };
    case 'set primary key': {
      const [only, ...more] = change.columns;
      const counter = more.length === 0 && context.wanted.getColumn(only ?? '')?.autoincrement;
      return { definition: setPrimaryKey(definition, change.columns, { autoincrement: counter === true }), fills };
    }
  }
}

/** A key that is altered counts by itself where that is wanted and it is an integer, or counts no longer. */
function withCounter(
  definition: TableDefinition,
  { name, column }: Change & { kind: 'alter column' },
): TableDefinition {
  const key = findConstraint(definition, { primaryKey: true });
  const isKey = key?.kind === 'primary key' && sameNames(key.columns, [name]);
  if (!isKey || definition.withoutRowid) return definition;
  const isInteger = findColumn(definition, name).type.toLowerCase() === 'integer';
  return setPrimaryKey(definition, [name], { autoincrement: column.autoincrement === true && isInteger });
}

function fill(fills: Redefinition['fills'], name: string, value: string | undefined): Redefinition['fills'] {
  const { [name]: _, ...others } = fills;
  return value === undefined ? others : { ...others, [name]: value };
}

/** What an altered column gets; `undefined` for what it has. */
function valueOf(
  context: EditContext,
  { definition }: Redefinition,
  { name, column, using, fill: forNulls }: TableChange & { kind: 'alter column' },
): string | undefined {
  const { origin, type } = findColumn(definition, name);
  // One that was added just now has its own fill.
  if (column.generated || origin === undefined) return undefined;
  const value = using ?? converted(context, { name: origin, type }, column);
  return forNulls === undefined ? value : `coalesce((${value ?? quoteName(origin)}\n), (${forNulls}\n))`;
}

/** The values as the new type has them. One that has none there was refused before; if not, it is kept. */
function converted(context: EditContext, live: { name: string; type: string }, column: Column): string | undefined {
  const value = conversion(context, live, column);
  return value === undefined ? undefined : `coalesce(${value}, ${quoteName(live.name)})`;
}

/** Drops a column with the constraints that cannot do without it, as other databases do by themselves. */
function dropWithConstraints(definition: TableDefinition, name: string): TableDefinition {
  const cannotDoWithout = ({ kind, mentions }: Clause) =>
    (kind === 'check' || kind === 'unique') && mentions.some(({ column }) => sameName(column, name));
  const ofTable = definition.constraints.find(cannotDoWithout);
  if (ofTable) return dropWithConstraints(rewrite(definition, removeItem(definition, ofTable)), name);
  const others = definition.columns.filter(column => !sameName(column.name, name)).flatMap(column => column.clauses);
  const ofColumn = others.find(cannotDoWithout);
  if (ofColumn) return dropWithConstraints(rewrite(definition, [removeClause(definition, ofColumn)]), name);
  return dropColumn(definition, name, { foreignKeys: true });
}
