import type { NamingStrategy } from '@mikro-orm/core';
import type { Modeling, DatabaseSurvey } from '../dialects/modeling.ts';
import type { LiveTable } from '../dialects/table-changes.ts';
import type { Likeness } from '../dialects/table-editor.ts';
import { showName } from '../dialects/table-names.ts';
import { columnsIn } from '../sql/expressions.ts';
import { isChosen, type Remedies } from './choices.ts';

/** The data from which entities are made. */
export interface ModelingContext {
  readonly modeling: Modeling;
  readonly likeness: Likeness;
  readonly surroundings: DatabaseSurvey;
  readonly naming: NamingStrategy;
  /** The namespace of entities that name none. */
  readonly namespace: string | undefined;
  readonly choices: Remedies;
}

/** A table that becomes an entity. */
export interface NamedTable {
  readonly table: LiveTable;
  readonly className: string;
}

/** The columns of a table that stay in the database without a property, each with the reason. */
export type ColumnsOut = ReadonlyMap<string, string>;

/** Finds the columns that no property can stand for, and those that are computed from them. */
export function columnsOut(context: ModelingContext, table: LiveTable): ColumnsOut {
  const out = new Map<string, string>();
  for (const column of table.columns) {
    const { name } = column;
    const isLeftOut = isChosen(context.choices, [showName(table), 'column', name], 'left out');
    const reason =
      (name !== '__proto__' && name in {} ? undefined : nameReason(name)) ??
      (context.surroundings.kindOf(table, column).isUnfit
        ? `MikroORM has no type for its column '${name}'`
        : isLeftOut
          ? `no entity can describe its column '${name}'`
          : undefined);
    if (reason !== undefined) out.set(name, reason);
  }
  for (const { name, generated } of table.columns) {
    if (generated === undefined || !mentions(generated, out)) continue;
    out.set(name, `its column '${name}' is computed from a column that no entity can describe`);
  }
  return out;
}

/** Says why MikroORM cannot use a name. It takes the text before a dot for the name of a table, or of a namespace. */
export function nameReason(name: string): string | undefined {
  if (name.includes('.')) return `the name '${name}' has a dot, which MikroORM cannot use`;
  // MikroORM looks names up in objects
  return name in {} ? `the name '${name}' is one that MikroORM cannot use` : undefined;
}

/** Whether an expression names one of these columns. */
export function mentions(expression: string, out: ColumnsOut): boolean {
  return out.size > 0 && columnsIn(expression).some(column => out.has(column));
}
