import type { DatabaseTable, SchemaHelper, SqlTriggerDef } from '@mikro-orm/sql';
import type { LiveTable } from '../../table-changes.ts';
import { unminded, type EditContext } from '../../table-editor.ts';
import { describeStored } from '../read.ts';

/** The wanted table, read from the statements that would create it. */
export function goalTable({ helper, wanted }: EditContext, live: LiveTable): LiveTable {
  const { create, indexes, triggers } = wantedStatements(helper, wanted);
  const { name, namespace } = live;
  const described = describeStored({ name, namespace }, create, [
    ...indexes.map(sql => ({ type: 'index', sql }) as const),
    ...triggers.map(sql => ({ type: 'trigger', sql }) as const),
  ]);
  const ignored = (column: string) => wanted.getColumn(column)?.ignoreSchemaChanges;
  return { ...described, columns: described.columns.map(column => unminded(column, live, ignored(column.name))) };
}

type WantedStatements = ReturnType<typeof writeStatements>;

/** MikroORM compares all indexes of a table with each other whenever it is asked for them. */
const written = new WeakMap<DatabaseTable, WantedStatements>();

/** The statements that would make a table, written once: what an entity wants stays the same. */
export function wantedStatements(helper: SchemaHelper, wanted: DatabaseTable): WantedStatements {
  const statements = written.get(wanted) ?? writeStatements(helper, wanted);
  written.set(wanted, statements);
  return statements;
}

function writeStatements(helper: SchemaHelper, wanted: DatabaseTable) {
  const table = keepingChecks(wanted);
  const [create = ''] = helper.createTable(table);
  const indexes = table.getIndexes().filter(index => !index.primary);
  const triggers = table
    .getTriggers()
    .flatMap(eachEvent)
    .map(trigger => helper.createTrigger(table, trigger));
  return { create, indexes: indexes.map(index => helper.createIndex(index, table)), triggers };
}

/** MikroORM removes the checks it writes next to their columns from its table argument: so this is a separate list. */
function keepingChecks(table: DatabaseTable): DatabaseTable {
  const checks = [...table.getChecks()];
  return new Proxy(table, {
    get(target, key) {
      if (key === 'getChecks') return () => checks;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** SQLite has one trigger for each event. */
function eachEvent(trigger: SqlTriggerDef): SqlTriggerDef[] {
  const { name, events } = trigger;
  if (trigger.expression !== undefined || events.length < 2) return [trigger];
  return events.map(event => ({ ...trigger, name: `${name}_${event}`, events: [event] }));
}
