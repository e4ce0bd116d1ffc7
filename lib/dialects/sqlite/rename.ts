import type { AbstractSqlPlatform, SchemaHelper } from '@mikro-orm/sql';
import type { TableName } from '../table-changes.ts';
import type { EditContext } from '../table-editor.ts';
import { findConstraint } from './table-text/edit-constraints.ts';
import { readDefinition, readObjects, type Database } from './rebuild/schema-objects.ts';
import type { TableDefinition } from './table-text/table-definition.ts';
import { change } from './table-text/edit-text.ts';
import { messageOf, TableEditError } from './table-text/table-edit-error.ts';
import { sameName } from '../../sql/same-names.ts';
import { rebuildTable } from './rebuild/rebuild.ts';
import { atomically } from './rebuild/savepoint.ts';
import { splice } from './table-text/splice.ts';
import { columnsOfIndex, parseIndex } from './table-text/index-statement.ts';
import { assertOwn, refusing } from './refusal.ts';
import { quoteName } from '../../sql/quoting.ts';

/** A name that follows another. */
interface Following {
  readonly from: string;
  readonly to: string;
}

/**
 * Renames a table, and with it what was named after it. Foreign keys, views and triggers of others follow by themselves.
 * A check that was named after the table cannot, and costs a rebuild.
 */
export async function rename({ sql, helper }: EditContext, from: TableName, to: TableName): Promise<void> {
  assertOwn(from);
  assertOwn(to);
  const follow = { helper, from: from.name, to: to.name };
  await refusing(from, () =>
    atomically(sql, async () => {
      await renameTable(sql, from.name, to.name);
      await renameIndexes(sql, follow);
      await renameChecks(sql, follow);
    }),
  );
}

async function renameTable(db: Database, from: string, to: string): Promise<void> {
  const [row] = await db.execute('pragma legacy_alter_table');
  // only the way that is not legacy reaches triggers and views
  await db.execute('pragma legacy_alter_table = off');
  try {
    await db.execute(`alter table main.${quoteName(from)} rename to ${quoteName(to)}`);
  } catch (cause) {
    throw new TableEditError(from, `cannot be renamed to ${to}: ${messageOf(cause)}`, { cause });
  } finally {
    if (Number(row?.legacy_alter_table) !== 0) await db.execute('pragma legacy_alter_table = on');
  }
}

interface Follow extends Following {
  readonly helper: SchemaHelper;
}

/** An index has no name but the one it was made with: it is made again, word for word. */
async function renameIndexes(db: Database, follow: Follow): Promise<void> {
  for (const { type, table, sql } of await readObjects(db)) {
    if (type !== 'index' || sql === null || !sameName(table, follow.to)) continue;
    const index = parseIndex(table, sql);
    const columns = columnsOfIndex(index);
    const name = followingName(follow, index.name, [
      ['index', columns],
      ['unique', columns],
    ]);
    if (name === undefined) continue;
    await db.execute(`drop index main.${quoteName(index.name)}`);
    await db.execute(splice(sql, [{ ...index.nameSpan, text: quoteName(name) }]));
  }
}

async function renameChecks(db: Database, follow: Follow): Promise<void> {
  const definition = await readDefinition(db, follow.to);
  if (!definition) return;
  const clauses = [...definition.columns.flatMap(column => column.clauses), ...definition.constraints];
  const renames = clauses.flatMap(clause => {
    if (clause.kind !== 'check' || clause.name === undefined) return [];
    const columns = clause.mentions.map(({ column }) => [column]);
    const name = followingName(
      follow,
      clause.name,
      [[], ...columns].map(named => ['check', named]),
    );
    return name === undefined ? [] : [{ from: clause.name, to: name }];
  });
  if (renames.length > 0) await rebuildTable(db, follow.to, before => renames.reduce(renameConstraint, before));
}

function renameConstraint(definition: TableDefinition, { from, to }: Following): TableDefinition {
  const clause = findConstraint(definition, { name: from });
  if (!clause) return definition;
  return change(definition, [{ from: clause.from, to: clause.body, text: `constraint ${quoteName(to)} ` }]);
}

type Derivation = readonly [kind: 'index' | 'unique' | 'check', columns: readonly string[]];

/** The name that something would have had, had the table always been called so; `undefined` if it has another of its own. */
function followingName(
  { helper, from, to }: Follow,
  name: string,
  derivations: readonly Derivation[],
): string | undefined {
  const derive = (table: string, [kind, columns]: Derivation) =>
    platformOf(helper).getIndexName(table, [...columns], kind);
  const derivation = derivations.find(candidate => sameName(derive(from, candidate), name));
  return derivation && derive(to, derivation);
}

function platformOf(helper: SchemaHelper): AbstractSqlPlatform {
  // protected in MikroORM, which has no other way to its names for a table of any name
  return helper['platform'];
}
