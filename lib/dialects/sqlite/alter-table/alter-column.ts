import { sameNames } from '../../../sql/same-names.ts';
import type { ColumnAspect } from '../../table-editor.ts';
import { compareDescriptions } from '../compare.ts';
import { describeColumn } from '../read.ts';
import type { Clause } from '../table-text/clauses.ts';
import {
  dropCollation,
  dropDefault,
  dropGenerated,
  dropNotNull,
  setCollation,
  setDefault,
  setGenerated,
  setNotNull,
  setType,
} from '../table-text/edit-columns.ts';
import { findConstraint, setPrimaryKey } from '../table-text/edit-constraints.ts';
import { clausesOf, findColumn, type ColumnDefinition, type TableDefinition } from '../table-text/table-definition.ts';

/**
 * Changes a column to its wanted form, and keeps all that matches already: its checks and keys, comments, clauses
 * without a wanted form.
 */
export function alterColumn(definition: TableDefinition, name: string, wanted: ColumnDefinition): TableDefinition {
  const now = findColumn(definition, name);
  const different = new Set(
    compareDescriptions(describeColumn(now), describeColumn(wanted)).map(({ aspect }) => aspect),
  );
  const edits: [ColumnAspect, (definition: TableDefinition) => TableDefinition][] = [
    // A computed column may have no default, and a column with one may not be computed.
    ['generated', edited => dropGenerated(edited, name)],
    ['type', edited => setType(withoutCounter(edited, name, wanted), name, wanted.type)],
    ['default', edited => putDefault(edited, name, lastOf(wanted, 'default'))],
    ['nulls', edited => (lastOf(wanted, 'not null') ? setNotNull(edited, name) : dropNotNull(edited, name))],
    ['collation', edited => putCollation(edited, name, lastOf(wanted, 'collate'))],
    ['generated', edited => putGenerated(edited, name, lastOf(wanted, 'generated'))],
  ];
  return edits.reduce((edited, [aspect, edit]) => (different.has(aspect) ? edit(edited) : edited), definition);
}

/** Only an integer counts by itself. */
function withoutCounter(definition: TableDefinition, name: string, wanted: ColumnDefinition): TableDefinition {
  const key = findConstraint(definition, { primaryKey: true });
  const counts = key?.kind === 'primary key' && key.autoincrement && sameNames(key.columns, [name]);
  return counts && wanted.type.toLowerCase() !== 'integer' ? setPrimaryKey(definition, [name]) : definition;
}

function putDefault(definition: TableDefinition, name: string, clause: (Clause & { kind: 'default' }) | undefined) {
  return clause ? setDefault(definition, name, clause.expression) : dropDefault(definition, name);
}

function putCollation(definition: TableDefinition, name: string, clause: (Clause & { kind: 'collate' }) | undefined) {
  return clause ? setCollation(definition, name, clause.collation) : dropCollation(definition, name);
}

function putGenerated(definition: TableDefinition, name: string, clause: (Clause & { kind: 'generated' }) | undefined) {
  return clause ? setGenerated(definition, name, clause.expression, { stored: clause.stored }) : definition;
}

function lastOf<K extends Clause['kind']>(column: ColumnDefinition, kind: K): (Clause & { kind: K }) | undefined {
  return clausesOf(column, kind).at(-1);
}
