import type { CheckDef, Column, DatabaseTable, IndexDef, SqlTriggerDef } from '@mikro-orm/sql';
import { qualify } from '../../../sql/quoting.ts';
import type { LiveColumn, LiveIndex, LiveTable } from '../../table-changes.ts';
import { emptyTable, unminded, type GoalContext, type WantedRelation } from '../../table-editor.ts';
import { partsOf, unknownIndex, wantedForeignKeys, type Made } from '../alter-table/goal-table.ts';
import { columnSql } from '../alter-table/server-spelling.ts';
import { goalColumn } from '../compare.ts';
import { enumNameOf } from '../enums/enum-type.ts';
import { isPlainly } from '../indexes.ts';
import { stored, sameName } from '../names.ts';
import { dictionaryOf, isComputed, type ColumnDictionary } from './column-dictionary.ts';
import { policySql, wantedExtras } from './policies.ts';
import { makeSpecimens, type SpecimenRecipe } from './specimens.ts';

/**
 * A whole wanted storage, as PostgreSQL spells it. All that only the server can spell is sent to it at once: each
 * kind of column, in any table, and all parts but columns and plain indexes, on a specimen of its table. It
 * needs a transaction, in which nothing of it is left.
 */
export async function goalStorage(
  context: GoalContext,
  wanted: readonly WantedRelation[],
): Promise<readonly LiveTable[]> {
  const asked = wanted.map(relation => {
    const parts = partsToSpell(context, relation);
    return { relation, parts, recipe: recipeOf(context, relation, parts) };
  });
  const recipes = asked.flatMap(({ recipe }) => recipe ?? []);
  const { dictionary, made, own } = await spellAll(context, wanted, recipes);
  const specimens = own.values();
  return asked.map(({ relation, parts, recipe }) =>
    assemble({ context, dictionary, made }, { relation, parts }, recipe && specimens.next().value),
  );
}

/** The role may make no table, not even a temporary one; or the transaction only reads. */
const REFUSALS = new Set<unknown>(['42501', '25006']);

/** Puts all to the server at once; or one by one, where one cannot be made, such as a check over a missing function. */
async function spellAll(context: GoalContext, wanted: readonly WantedRelation[], recipes: readonly SpecimenRecipe[]) {
  const tables = wanted.flatMap(({ table }) => table ?? []);
  const namespace = wanted[0]?.name.namespace;
  try {
    const dictionary = dictionaryOf(context.helper, tables);
    const made = await makeSpecimens(context, namespace, [...dictionary.recipes, ...recipes]);
    return { dictionary, made, own: made.slice(dictionary.recipes.length) };
  } catch (error) {
    if (context.strict && REFUSALS.has((error as { code?: unknown }).code)) throw error;
    const dictionary = dictionaryOf(context.helper, tables, 1);
    const makeEach = async (each: readonly SpecimenRecipe[]) => {
      const found: (LiveTable | undefined)[] = [];
      for (const recipe of each) {
        const [table] = await makeSpecimens(context, namespace, [recipe]).catch(() => []);
        found.push(table);
      }
      return found;
    };
    return { dictionary, made: await makeEach(dictionary.recipes), own: await makeEach(recipes) };
  }
}

interface Assembly {
  readonly context: GoalContext;
  readonly dictionary: ColumnDictionary;
  readonly made: readonly (LiveTable | undefined)[];
}

/** What makes the specimen that a table or view needs; `undefined` if it needs none. */
function recipeOf(
  context: GoalContext,
  { table, view }: WantedRelation,
  { indexes, checks, triggers }: PartsToSpell,
): SpecimenRecipe | undefined {
  if (!table) return view && (({ sql }) => [`create view ${sql} as ${view.definition}`]);
  const policies = table.getPolicies();
  const isPlain =
    indexes.length + checks.length + triggers.length + policies.length === 0 && !table.getColumns().some(isComputed);
  if (isPlain) return undefined;
  const edit = { helper: context.helper, wanted: table };
  const columns = table.getColumns().map(column => columnSql(edit, column));
  return specimen => [
    `create table ${specimen.sql} (${columns.join(', ')})`,
    ...partsOf(edit, { indexes, checks, triggers }, specimen).statements,
    ...policies.map(policy => policySql(policy, specimen.sql)),
  ];
}

interface PartsToSpell {
  readonly indexes: readonly IndexDef[];
  readonly checks: readonly CheckDef[];
  readonly triggers: readonly SqlTriggerDef[];
}

/** What only the server can spell. */
function partsToSpell({ helper }: GoalContext, { table, live }: WantedRelation): PartsToSpell {
  if (!table) return { indexes: [], checks: [], triggers: [] };
  const indexes = wantedIndexes(table).filter(
    index => !isPlainly(helper, table, index, liveIndex(live, index.keyName)),
  );
  return { indexes, checks: table.getChecks(), triggers: table.getTriggers() };
}

function wantedIndexes(table: DatabaseTable) {
  return table.getIndexes().filter(index => !index.primary);
}

function liveIndex(live: LiveTable | undefined, keyName: string): LiveIndex | undefined {
  return live?.indexes.find(({ name }) => name === stored(keyName));
}

function assemble(
  spelling: Assembly,
  { relation, parts }: { readonly relation: WantedRelation; readonly parts: PartsToSpell },
  own: LiveTable | undefined,
): LiveTable {
  const { name, table, live } = relation;
  if (!table) return goalView(relation, own);
  const { helper } = spelling.context;
  const columns = table.getColumns().map((column, position) => {
    const spelt = isComputed(column) ? own?.columns[position] : spelling.dictionary.spelt(spelling.made, column);
    const known = spelt ?? live?.columns.find(is => sameName(is.name, column.name)) ?? unknownColumn(column);
    const goal = goalColumn(column, known, enumOf(spelling.context, table, column));
    return unminded(goal, live ?? emptyTable(name), column.ignoreSchemaChanges);
  });
  return {
    ...emptyTable(name),
    columns,
    primaryKey: table.getPrimaryKey()?.columnNames ?? [],
    foreignKeys: wantedForeignKeys({ helper, wanted: table }, name),
    comment: table.comment || undefined,
    extras: wantedExtras(table, own),
    ...partsFrom(spelling.context, { table, live, parts }, own),
  };
}

/** A column that cannot be spelt, and that does not exist. */
function unknownColumn({ name, type, nullable = false }: Column): LiveColumn {
  return { name, type, nullable, default: undefined, generated: undefined };
}

function enumOf({ helper, enums }: GoalContext, wanted: DatabaseTable, column: Column) {
  const named = enumNameOf({ helper, wanted }, column);
  if (!named) return undefined;
  const found = enums.find(
    ({ name, namespace, visible }) =>
      named.sql === qualify(namespace, name) || (visible && named.sql === qualify(undefined, name)),
  );
  return { ...named, type: found?.type };
}

/** What was spelt on the specimen, in the order in which it is wanted. */
function partsFrom(
  { helper }: GoalContext,
  { table, live, parts }: { table: DatabaseTable; live: LiveTable | undefined; parts: PartsToSpell },
  own: LiveTable | undefined,
): Made {
  const { name = '' } = own ?? {};
  const empty = { indexes: [], checks: [], triggers: [] };
  const made = partsOf({ helper, wanted: table }, parts, { name, sql: '' }).found({ ...empty, ...own } as LiveTable);
  const spelt = new Map(made.indexes.map(index => [index.name, index]));
  const indexes = wantedIndexes(table).flatMap(({ keyName }) => {
    const isSpelt = parts.indexes.some(index => index.keyName === keyName);
    return (isSpelt ? spelt.get(stored(keyName)) : liveIndex(live, keyName)) ?? [];
  });
  return { ...made, indexes };
}

/** A view as the server spells its query; of the indexes of one that is materialized, the names. */
function goalView({ name, view }: WantedRelation, own: LiveTable | undefined): LiveTable {
  const indexes = (view?.indexes ?? []).map(index => unknownIndex(index));
  return { ...emptyTable(name), kind: 'view', indexes, definition: own?.definition, materialized: view?.materialized };
}
