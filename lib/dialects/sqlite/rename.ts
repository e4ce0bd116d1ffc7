import type { DatabaseTable, SchemaHelper } from '@mikro-orm/sql';
import { platformOf } from '../../mikro-orm/schema-helper-parts.ts';
import { quoteName } from '../../sql/quoting.ts';
import { sameName } from '../../sql/same-names.ts';
import type { EditContext, Sql } from '../table-editor.ts';
import { isGivenName, unnamedExpressions } from '../table-names.ts';
import { freeName } from '../rename-order.ts';
import { rebuildTable } from './rebuild/rebuild.ts';
import { atomically } from './rebuild/savepoint.ts';
import { refuseIndexedRows } from './rebuild/schema-dependents.ts';
import { readDefinition, readObjects } from './rebuild/schema-objects.ts';
import { findConstraint } from './table-text/edit-constraints.ts';
import { rewrite, splice } from './table-text/edit-text.ts';
import { columnsOfIndex, parseIndex } from './table-text/index-statement.ts';
import type { TableDefinition } from './table-text/table-definition.ts';
import { messageOf, TableEditError } from './table-text/table-edit-error.ts';

/**
 * Renames a table, and with it what was named after it. Foreign keys, views and triggers of others follow by themselves.
 * A check that was named after the table cannot, and costs a rebuild.
 *
 * @throws {@link TableEditError} if SQLite cannot rename it, because a view or trigger is broken.
 */
export async function rename({ sql, helper, wanted }: EditContext, from: string, to: string): Promise<void> {
  const renaming = { helper, wanted, from, to };
  if (!sameName(from, to)) refuseIndexedRows(from, await readObjects(sql));
  await atomically(sql, async () => {
    await renameTable(sql, from, to);
    await renameIndexes(sql, renaming);
    await renameChecks(sql, renaming);
  });
}

async function renameTable(db: Sql, from: string, to: string): Promise<void> {
  // SQLite takes a name in other letters for one that is taken.
  const aside = sameName(from, to) ? await asideFor(db, from) : undefined;
  const steps =
    aside === undefined
      ? [[from, to] as const]
      : ([
          [from, aside],
          [aside, to],
        ] as const);
  const [row] = await db.execute('pragma legacy_alter_table');
  // Only the way that is not legacy reaches triggers and views.
  await db.execute('pragma legacy_alter_table = off');
  try {
    for (const [one, next] of steps) {
      await db.execute(`alter table main.${quoteName(one)} rename to ${quoteName(next)}`);
    }
  } catch (cause) {
    throw new TableEditError(from, `cannot be renamed to ${to}: ${messageOf(cause)}`, { cause });
  } finally {
    if (Number(row?.legacy_alter_table) !== 0) await db.execute('pragma legacy_alter_table = on');
  }
}

async function asideFor(db: Sql, table: string): Promise<string> {
  const objects = await readObjects(db);
  return freeName(`dejavu_${table}`, name => objects.some(object => sameName(object.name, name)));
}

/** A table under its old and its new name. */
interface TableRenaming {
  readonly helper: SchemaHelper;
  readonly wanted: DatabaseTable | undefined;
  readonly from: string;
  readonly to: string;
}

/** An index has no name but the one it was made with: it is made again, word for word. */
async function renameIndexes(db: Sql, renaming: TableRenaming): Promise<void> {
  const { helper, wanted } = renaming;
  const expressions = wanted === undefined ? [] : unnamedExpressions(platformOf(helper), wanted);
  for (const { type, table, sql } of await readObjects(db)) {
    if (type !== 'index' || sql === null || !sameName(table, renaming.to)) continue;
    const index = parseIndex(table, sql);
    const columns = columnsOfIndex(index);
    const name = followingName(renaming, index.name, [
      ['index', columns],
      ['unique', columns],
      ...expressions.map(({ unique, columnNames }) => [unique ? 'unique' : 'index', columnNames] as const),
    ]);
    if (name === undefined) continue;
    await db.execute(`drop index main.${quoteName(index.name)}`);
    await db.execute(splice(sql, [{ ...index.nameSpan, text: quoteName(name) }]));
  }
}

async function renameChecks(db: Sql, renaming: TableRenaming): Promise<void> {
  const definition = await readDefinition(db, renaming.to);
  if (!definition) return;
  const clauses = [...definition.columns.flatMap(column => column.clauses), ...definition.constraints];
  const renames = clauses.flatMap(clause => {
    if (clause.kind !== 'check' || clause.name === undefined) return [];
    const columns = clause.mentions.map(({ column }) => [column]);
    const name = followingName(
      renaming,
      clause.name,
      [[], ...columns].map(named => ['check', named]),
    );
    return name === undefined ? [] : [{ from: clause.name, to: name }];
  });
  if (renames.length > 0) await rebuildTable(db, definition, renames.reduce(renameConstraint, definition));
}

function renameConstraint(
  definition: TableDefinition,
  { from, to }: { readonly from: string; readonly to: string },
): TableDefinition {
  const clause = findConstraint(definition, { name: from });
  if (!clause) return definition;
  return rewrite(definition, [{ from: clause.from, to: clause.body, text: `constraint ${quoteName(to)} ` }]);
}

/** The parts of a name, without that of the table. */
type DerivedFrom = readonly [kind: 'index' | 'unique' | 'check', columns: readonly string[]];

/** The name that something would have had, had the table always been called so; `undefined` if it has a custom name. */
function followingName(
  { helper, wanted, from, to }: TableRenaming,
  name: string,
  derivations: readonly DerivedFrom[],
): string | undefined {
  // A view has no table.
  const isGiven = wanted && derivations.some(([kind]) => isGivenName(platformOf(helper), wanted, { kind, name }));
  if (isGiven) return undefined;
  const derive = (table: string, [kind, columns]: DerivedFrom) =>
    platformOf(helper).getIndexName(table, [...columns], kind);
  const derivation = derivations.find(candidate => sameName(derive(from, candidate), name));
  return derivation && derive(to, derivation);
}
