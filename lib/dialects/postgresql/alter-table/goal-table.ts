import type { CheckDef, IndexDef, SqlTriggerDef } from '@mikro-orm/sql';
import { quoteName } from '../../../sql/quoting.ts';
import type {
  LiveCheck,
  LiveColumn,
  LiveForeignKey,
  LiveIndex,
  LiveTable,
  LiveTrigger,
  TableName,
} from '../../table-changes.ts';
import { unminded, type EditContext } from '../../table-editor.ts';
import { aim } from './alteration.ts';
import { columnSql, withSpecimen } from './server-spelling.ts';
import { wantedColumn } from '../compare.ts';
import { stored } from '../names.ts';
import { read } from '../read.ts';

/** The wanted table as PostgreSQL spells it: creates an empty table, reads it and drops it. Needs a transaction. */
export async function goalTable(context: EditContext, live: LiveTable): Promise<LiveTable> {
  const { wanted } = context;
  const columns: LiveColumn[] = [];
  for (const column of wanted.getColumns()) {
    const { goal } = await wantedColumn(context, live, column);
    columns.push(unminded(goal, live, column.ignoreSchemaChanges));
  }
  const parts = await makeParts(context, live);
  return {
    name: live.name,
    namespace: live.namespace,
    kind: 'table',
    columns,
    primaryKey: wanted.getPrimaryKey()?.columnNames ?? [],
    foreignKeys: wantedForeignKeys(context, live),
    comment: wanted.comment || undefined,
    ...parts,
  };
}

/** The wanted parts in addition to columns, as a specimen shows them. */
export type Made = Required<Pick<LiveTable, 'indexes' | 'checks'>> & { readonly triggers: readonly LiveTrigger[] };

/** Makes all at once; where that is not possible yet, what each is made of stays unknown. */
async function makeParts(context: EditContext, live: LiveTable): Promise<Made> {
  const { wanted } = context;
  const indexes = wanted.getIndexes().filter(index => !index.primary);
  const [checks, triggers] = [wanted.getChecks(), wanted.getTriggers()];
  if (indexes.length + checks.length + triggers.length === 0) return { indexes: [], checks: [], triggers: [] };
  try {
    return await madeTogether(context, live, { indexes, checks, triggers });
  } catch {
    return {
      indexes: indexes.map(index => unknownIndex(index)),
      checks: checks.map(({ name }) => ({ name: stored(name), expression: '' })),
      triggers: triggers.map(({ name }) => ({ name: stored(name), does: undefined })),
    };
  }
}

/** The wanted parts of a table in addition to columns, keys and comments. */
interface WantedParts {
  readonly indexes: readonly IndexDef[];
  readonly checks: readonly CheckDef[];
  readonly triggers: readonly SqlTriggerDef[];
}

async function madeTogether(
  context: EditContext,
  { namespace }: LiveTable,
  { indexes, checks, triggers }: WantedParts,
): Promise<Made> {
  const { sql, wanted } = context;
  const columns = wanted.getColumns().map(column => columnSql(context, column));
  return withSpecimen(sql, namespace, columns.join(', '), async specimen => {
    const parts = partsOf(context, { indexes, checks, triggers }, specimen);
    for (const statement of parts.statements) await sql.execute(statement);
    return parts.found((await read(sql, specimen)) as LiveTable);
  });
}

interface SpecimenParts {
  /** What makes them. */
  readonly statements: readonly string[];
  /** Finds them in the specimen, once they are made. */
  readonly found: (made: LiveTable) => Made;
}

/** How wanted parts are made on a specimen, and found there. */
export function partsOf(
  { helper, wanted }: Pick<EditContext, 'helper' | 'wanted'>,
  { indexes, checks, triggers }: WantedParts,
  specimen: { readonly name: string; readonly sql: string },
): SpecimenParts {
  const nameOfIndex = (position: number) => `${specimen.name}_${position}`;
  const statements = [
    ...indexes.map((index, position) => {
      // the name is taken by the one that stands there
      const keyName = nameOfIndex(position);
      return aim(helper.createIndex({ ...index, keyName }, wanted), specimen.sql, quoteName(keyName));
    }),
    ...checks.map(check => aim(helper.createCheck(wanted, check), specimen.sql)),
    ...triggers.filter(isSaid).map(trigger => triggerSql(trigger, specimen.sql)),
  ];
  return {
    statements: statements.filter(one => one !== ''),
    found: made => ({
      // One that excludes rows is read as a check: it is none that a statement could add by its columns
      indexes: indexes.flatMap((index, position) =>
        excludes(made, index) ? [] : madeIndex(index, made, nameOfIndex(position)),
      ),
      checks: [
        ...checks.map(({ name }) => madeCheck(stored(name), made)),
        ...indexes.flatMap(index => excludes(made, index) ?? []),
      ],
      triggers: triggers.map(trigger => madeTrigger(trigger, made)),
    }),
  };
}

/** The constraint that an index of the user's own words is, where it excludes rows instead of being an index. */
function excludes({ checks }: LiveTable, { keyName, expression }: IndexDef): LiveCheck | undefined {
  return expression === undefined ? undefined : checks.find(({ name }) => name === stored(keyName));
}

function madeIndex(index: IndexDef, made: LiveTable, name: string): LiveIndex {
  const found = made.indexes.find(one => one.name === name);
  return found ? { ...found, name: stored(index.keyName) } : unknownIndex(index);
}

/** An index of which nothing but its name is known. */
export function unknownIndex({ keyName, columnNames, unique }: IndexDef): LiveIndex {
  return { name: stored(keyName), columns: columnNames, unique, definition: '' };
}

function madeCheck(name: string, made: LiveTable): LiveCheck {
  return made.checks.find(check => check.name === name) ?? { name, expression: '' };
}

function isSaid({ expression }: SqlTriggerDef): boolean {
  return expression === undefined;
}

/** The trigger without its function, whose name is taken: what it does stands in the entity. */
function triggerSql({ name, timing, events, forEach, when }: SqlTriggerDef, table: string): string {
  const condition = when ? ` when (${when})` : '';
  return (
    `create trigger ${quoteName(name)} ${timing} ${events.join(' or ')} on ${table} for each ${forEach}${condition} ` +
    `execute function pg_catalog.suppress_redundant_updates_trigger()`
  );
}

function madeTrigger(trigger: SqlTriggerDef, made: LiveTable): LiveTrigger {
  const name = stored(trigger.name);
  const does = made.triggers?.find(one => one.name === name)?.does;
  return { name, does: does && { ...does, body: `begin ${trigger.body.trim().replace(/;?$/, ';')} end;` } };
}

/** The foreign keys that are wanted, named as the table itself is. */
export function wantedForeignKeys(
  { helper, wanted }: Pick<EditContext, 'helper' | 'wanted'>,
  live: TableName,
): LiveForeignKey[] {
  // an application may have told MikroORM to make none
  const keys = Object.values(wanted.getForeignKeys()).filter(key => helper.createForeignKey(wanted, key) !== '');
  return keys.map(key => ({
    name: key.constraintName,
    columns: key.columnNames,
    references: referenced(key.referencedTableName, live, wanted.schema),
    referencedColumns: key.referencedColumnNames,
    onDelete: ruleOf(key.deleteRule),
    onUpdate: ruleOf(key.updateRule),
    deferMode: key.deferMode,
  }));
}

/** A neighbour in the table's own namespace is named as the table itself was. */
function referenced(full: string, { namespace }: TableName, own = 'public'): LiveForeignKey['references'] {
  const dot = full.indexOf('.');
  if (dot < 0) return { name: full, namespace };
  const there = full.slice(0, dot);
  const isNeighbour = there === (namespace ?? own);
  return { name: full.slice(dot + 1), namespace: isNeighbour ? namespace : there };
}

/** The default action is no rule. */
function ruleOf(rule: string | undefined): string | undefined {
  return rule === 'no action' ? undefined : rule;
}
