import type { Call } from '../../boot/call.ts';
import type { LiveForeignKey, LiveTable } from '../../dialects/table-changes.ts';
import { showName, sqlName } from '../../dialects/table-names.ts';
import { SchemaTargetError } from '../../errors.ts';
import type { HeldConnection } from '../../store/connection.ts';
import type { DumpedTable } from '../values/dumped-tables.ts';

/** A table of a version, and what it is in the database. */
export interface TableAtHand {
  readonly table: DumpedTable;
  readonly live: LiveTable;
}

/** Rows that may break a rule, which the database at hand does not keep. */
interface RuleInDoubt {
  /** Which rows they are: `with a barn_id that no row of barn has`. */
  readonly what: string;
  readonly table: DumpedTable;
  readonly condition: string;
  /** What counts them faster than the condition. SQLite looks up a parent three times as fast in a join. */
  readonly counted?: string | undefined;
  /** What makes the database keep the rule from then on. */
  readonly fix?: string | undefined;
}

const SHOWN = 3;

/**
 * Makes sure that no row breaks what a restore insists on: foreign keys, `NOT NULL` and checks. SQLite lets rows break foreign
 * keys while these are off, PostgreSQL while a constraint is not valid. Rows are only read where the database does not know.
 *
 * @throws {@link SchemaTargetError} with the number of rows, and a query that lists them
 */
export async function assertRestorable(call: Call, held: HeldConnection, found: readonly TableAtHand[]): Promise<void> {
  const { guid, place, dialect } = call.database;
  const problems: string[] = [];
  for (const { what, table, condition, counted, fix } of found.flatMap(one => doubtsOf(call, one, found))) {
    call.signal?.throwIfAborted();
    const from = `from ${sqlName(dialect, table)} c where ${condition}`;
    const [row] = await held.execute(`select count(*) as n ${counted ?? from}`);
    const rows = Number(row?.n);
    if (rows === 0) continue;
    const next = fix === undefined ? '' : ` Then run: ${fix}`;
    problems.push(
      `${rows} ${rows === 1 ? 'row' : 'rows'} of ${table.title} ${what}. List them: select * ${from}.${next}`,
    );
  }
  if (problems.length === 0) return;
  const more = problems.length > SHOWN ? [`There are ${problems.length - SHOWN} more such problems.`] : [];
  throw new SchemaTargetError(
    [
      `a dump of ${place} could not be restored. Nothing was written.`,
      ...problems.slice(0, SHOWN),
      ...more,
      'Correct or delete these rows, and dump again.',
    ].join(' '),
    { guid, target: place },
  );
}

function doubtsOf(call: Call, one: TableAtHand, found: readonly TableAtHand[]): readonly RuleInDoubt[] {
  return [...foreignKeyDoubts(call, one, found), ...columnDoubts(call, one), ...checkDoubts(one)];
}

function foreignKeyDoubts(call: Call, { table, live }: TableAtHand, found: readonly TableAtHand[]): RuleInDoubt[] {
  const { dialect } = call.database;
  const { quoteName } = dialect;
  return table.references.flatMap((reference): RuleInDoubt[] => {
    const { columns, target: targetColumns, outside } = reference;
    if (table.columns.some(({ name, isEmptied }) => isEmptied && columns.includes(name))) return [];
    const target = outside ?? found.find(one => one.table.title === reference.table)?.table;
    const key = live.foreignKeys.find(one => hasColumns(one, columns));
    // A check for the whole database says that foreign keys may be off.
    const isKept = key !== undefined && key.unproven === undefined && dialect.foreignKeyCheck === undefined;
    if (isKept || !target) return [];
    const isSet = columns.map(column => `c.${quoteName(column)} is not null`);
    const isSame = columns.map(
      (column, index) => `p.${quoteName(targetColumns[index] as string)} = c.${quoteName(column)}`,
    );
    const [parents, children] = [sqlName(dialect, target), sqlName(dialect, table)];
    const isAlone = `p.${quoteName(targetColumns[0] as string)} is null`;
    return [
      {
        what: `with a ${columns.join(', ')} that no row of ${showName(target)} has`,
        table,
        condition: [...isSet, `not exists (select 1 from ${parents} p where ${isSame.join(' and ')})`].join(' and '),
        counted: `from ${children} c left join ${parents} p on ${isSame.join(' and ')} where ${[...isSet, isAlone].join(' and ')}`,
        fix: key?.unproven?.fix,
      },
    ];
  });
}

function hasColumns({ columns }: LiveForeignKey, names: readonly string[]): boolean {
  return columns.length === names.length && names.every(name => columns.includes(name));
}

function columnDoubts({ database: { dialect } }: Call, { table, live }: TableAtHand): RuleInDoubt[] {
  return table.columns.flatMap(({ name, nullable }): RuleInDoubt[] => {
    const column = live.columns.find(one => one.name === name);
    const isKept = column?.nullable === false && column.unproven === undefined;
    if (nullable === true || isKept || !column) return [];
    const condition = `c.${dialect.quoteName(name)} is null`;
    return [{ what: `without ${name}, which is never null`, table, condition, fix: column.unproven?.fix }];
  });
}

function checkDoubts({ table, live }: TableAtHand): RuleInDoubt[] {
  return live.checks
    .filter(({ unproven }) => unproven !== undefined)
    .map(({ name, expression, unproven }) => ({
      what: `against the check ${name}`,
      table,
      condition: `not (${expression})`,
      fix: unproven?.fix,
    }));
}
