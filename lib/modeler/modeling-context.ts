import type { NamingStrategy } from '@mikro-orm/core';
import type { Modeling, DatabaseSurvey } from '../dialects/modeling.ts';
import type { LiveTable } from '../dialects/table-changes.ts';
import type { Likeness } from '../dialects/table-editor.ts';
import type { Remedies } from './choices.ts';

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

/** MikroORM takes the text before a dot for the name of a table, or of a namespace. */
export function hasDot(name: string): boolean {
  return name.includes('.');
}
