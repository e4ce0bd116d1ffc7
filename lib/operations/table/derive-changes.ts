import type { DatabaseTable } from '@mikro-orm/sql';
import type { Change, LiveCheck, LiveTable } from '../../dialects/table-changes.ts';
import type { ColumnRename } from '../../dialects/rename-order.ts';
import { columnsIn, withNewWords } from '../../sql/expressions.ts';
import type { Difference } from '../../difference.ts';
import { dropCheckChanges, dropOfCheck, findChecks, isDropOf, type DeclaredChecks } from './live-checks.ts';
import { dropIndexChange } from './live-indexes.ts';
import type { Parts } from './wanted.ts';

/** A table as it is once what these changes drop is gone. */
export function withoutDropped(live: LiveTable, changes: readonly Change[]): LiveTable {
  const drops = (test: (change: Change) => boolean) => changes.some(test);
  return {
    ...live,
    columns: live.columns.filter(({ name }) => !drops(one => one.kind === 'drop column' && one.name === name)),
    indexes: live.indexes.filter(
      ({ name, columns }) =>
        !drops(
          one =>
            one.kind === 'drop index' && one.name === name && (name !== '' || one.columns?.join() === columns.join()),
        ),
    ),
    checks: changes
      .reduce(withoutCheck, live.checks)
      .filter(({ column }) => !drops(one => one.kind === 'drop column' && one.name === column)),
    foreignKeys: live.foreignKeys.filter(
      ({ columns }) => !drops(one => one.kind === 'drop foreign key' && one.columns.join() === columns.join()),
    ),
  };
}

/** Each drop takes one check, also where several say the same. */
function withoutCheck(checks: readonly LiveCheck[], change: Change): readonly LiveCheck[] {
  const gone = checks.find(check => isDropOf(check, change));
  return checks.filter(check => check !== gone);
}

/** The checks and foreign keys that are declared and not there. */
export function missingConstraints(
  live: LiveTable,
  { checks, foreignKeys }: Pick<Parts, 'checks' | 'foreignKeys'>,
  claims: DeclaredChecks,
): Change[] {
  const found = findChecks(live, checks, claims);
  const isThere = (columns: readonly string[]) => live.foreignKeys.some(key => key.columns.join() === columns.join());
  return [
    ...checks.filter(check => !found.has(check)).map(check => ({ kind: 'add check', check }) as const),
    ...foreignKeys
      .filter(key => !isThere(key.columnNames))
      .map(foreignKey => ({ kind: 'add foreign key', foreignKey }) as const),
  ];
}

/**
 * What was declared and is declared no longer: gone before anything else changes.
 *
 * @param renames the columns that are about to get another name, and take along what was declared over them.
 * @param nameFollows whether an index gets its new name by itself when its columns are renamed.
 */
export function obsoleteParts(
  before: ConstraintParts,
  after: ConstraintParts,
  renames: readonly ColumnRename[] = [],
  nameFollows: (index: Index, to: Index) => boolean = () => false,
): ConstraintParts {
  const names = new Map(renames.map(({ from, to }) => [from, to]));
  const now = (name: string) => names.get(name) ?? name;
  const checks = before.checks.filter(check => {
    const expression = names.size > 0 ? withNewWords(String(check.expression), names) : check.expression;
    return !after.checks.some(next => sameCheck(next, { ...check, expression }));
  });
  const indexes = before.indexes.filter(index => {
    const columnNames = index.columnNames.map(now);
    const isNow = (next: Index) => {
      const keyName = nameFollows(index, next) ? next.keyName : index.keyName;
      return sameIndex(next, { ...index, columnNames, keyName });
    };
    return !index.primary && !after.indexes.some(isNow);
  });
  const foreignKeys = before.foreignKeys.filter(
    key => !after.foreignKeys.some(next => sameKey(next, keyNow(key, now))),
  );
  return { checks, indexes, foreignKeys };
}

/** The changes that drop obsolete parts, if they exist. */
export function dropsOf(
  live: LiveTable,
  { checks, indexes, foreignKeys }: ConstraintParts,
  claims: DeclaredChecks,
): Change[] {
  return [
    ...indexes.flatMap(index => dropIndexChange(live, index)),
    ...foreignKeys
      .filter(key => live.foreignKeys.some(there => there.columns.join() === key.columnNames.join()))
      .map(key => ({ kind: 'drop foreign key', columns: key.columnNames }) as const),
    ...dropCheckChanges(live, checks, claims),
  ];
}

/** A foreign key under the new names of its columns, and of those it refers to where they are of the same table. */
function keyNow(key: Key, now: (name: string) => string): Key {
  const toItself = key.localTableName === key.referencedTableName;
  const referencedColumnNames = toItself ? key.referencedColumnNames.map(now) : key.referencedColumnNames;
  return { ...key, columnNames: key.columnNames.map(now), referencedColumnNames };
}

/** Tells whether a drop is one of others. */
export function isAmong(changes: readonly Change[], drop: Change): boolean {
  return changes.some(one => dropped(one) === dropped(drop));
}

function dropped(change: Change): string {
  const name = 'name' in change ? change.name : '';
  if (change.kind === 'drop check' && name === '')
    return JSON.stringify([change.kind, change.expression, change.column]);
  return `${change.kind} ${name === '' && 'columns' in change ? String(change.columns) : name}`;
}

type ConstraintParts = Pick<Parts, 'checks' | 'indexes' | 'foreignKeys'>;
type Check = Parts['checks'][number];
type Index = Parts['indexes'][number];
type Key = Parts['foreignKeys'][number];

function sameCheck(one: Check, other: Check): boolean {
  return one.name === other.name && String(one.expression) === String(other.expression);
}

function sameIndex(one: Index, other: Index): boolean {
  return JSON.stringify(describeIndex(one)) === JSON.stringify(describeIndex(other));
}

/** All that an index is made with; an empty list counts as absent. */
function describeIndex(declared: Index): unknown {
  const { composite: _, primary: __, ...index } = declared;
  const said = Object.entries(index).filter(([, value]) => !isNothing(value));
  return said.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function isNothing(value: unknown): boolean {
  return value === undefined || ['null', '{}', '[]'].includes(JSON.stringify(value));
}

function sameKey(one: Key, other: Key): boolean {
  const text = ({ columnNames, referencedTableName, referencedColumnNames, updateRule, deleteRule, deferMode }: Key) =>
    JSON.stringify([columnNames, referencedTableName, referencedColumnNames, updateRule, deleteRule, deferMode]);
  return text(one) === text(other);
}

/** What goes with the columns of a property, as far as it is there. */
export function dropChanges(
  live: LiveTable,
  { columns, checks }: Pick<Parts, 'columns' | 'checks'>,
  claims: DeclaredChecks = [],
): Change[] {
  const names = columns.map(column => column.name).filter(name => live.columns.some(column => column.name === name));
  if (names.length === 0) return [];
  const touches = (others: readonly string[]) => others.some(name => names.includes(name));
  return [
    ...live.indexes
      .filter(index => index.name !== '' && touches(index.columns))
      .map(index => ({ kind: 'drop index', name: index.name }) as const),
    ...live.foreignKeys
      .filter(key => touches(key.columns))
      .map(key => ({ kind: 'drop foreign key', columns: key.columns }) as const),
    ...dropCheckChanges(live, checks, claims),
    ...computedFirst(live, names).map(name => ({ kind: 'drop column', name }) as const),
  ];
}

/** Columns in an order in which they can go: one that is computed before what it is computed from. */
function computedFirst({ columns }: LiveTable, names: readonly string[]): string[] {
  const computed = columns.filter(({ name, generated }) => generated !== undefined && names.includes(name));
  const needs = new Map(computed.map(({ name, generated }) => [name, columnsIn(generated ?? '')]));
  const order: string[] = [];
  const left = new Set(names);
  for (let next: string | undefined = names[0]; next !== undefined; [next] = left) {
    const isFree = (name: string) => ![...left].some(other => other !== name && needs.get(other)?.includes(name));
    const first = [...left].find(isFree) ?? next;
    order.push(first);
    left.delete(first);
  }
  return order;
}

/**
 * The changes that bring a table to its wanted form: drops come first. A caller that wants a part to stay
 * leaves out its difference. Triggers, comments and whole tables are no changes of a table.
 */
export function changesFor(table: DatabaseTable, differences: readonly Difference[]): Change[] {
  const named = (part: string, ...kinds: Difference['kind'][]) =>
    differences.filter(({ kind, path }) => path[1] === part && kinds.includes(kind));
  const names = (part: string, ...kinds: Difference['kind'][]) => [
    ...new Set(named(part, ...kinds).map(({ path }) => path[2] ?? '')),
  ];
  const columns = (...kinds: Difference['kind'][]) =>
    namedAs(names('column', ...kinds), table.getColumns(), ({ name }) => name);
  const foreignKeys = Object.values(table.getForeignKeys());
  const key = table.getPrimaryKey()?.columnNames ?? [];
  return [
    ...names('index', 'extra', 'different').map(name => ({ kind: 'drop index', name }) as const),
    ...names('foreign key', 'extra', 'different').map(
      over => ({ kind: 'drop foreign key', columns: over.split(', ') }) as const,
    ),
    ...named('check', 'extra').map(({ live }) => dropOfCheck(live as LiveCheck)),
    ...names('check', 'different').map(name => ({ kind: 'drop check', name }) as const),
    ...names('column', 'extra').map(name => ({ kind: 'drop column', name }) as const),
    ...columns('missing').map(column => ({ kind: 'add column', column }) as const),
    ...columns('different').map(column => ({ kind: 'alter column', name: column.name, column }) as const),
    ...(named('primary key', 'missing', 'different').length > 0
      ? [{ kind: 'set primary key', columns: key } as const]
      : []),
    ...namedAs(names('check', 'missing', 'different'), table.getChecks(), ({ name }) => name).map(
      check => ({ kind: 'add check', check }) as const,
    ),
    ...namedAs(names('foreign key', 'missing', 'different'), foreignKeys, ({ columnNames }) =>
      columnNames.join(', '),
    ).map(foreignKey => ({ kind: 'add foreign key', foreignKey }) as const),
    ...namedAs(names('index', 'missing', 'different'), table.getIndexes(), ({ keyName }) => keyName).map(
      index => ({ kind: 'add index', index }) as const,
    ),
  ];
}

function namedAs<T>(sought: readonly string[], all: readonly T[], nameOf: (one: T) => string): T[] {
  return all.filter(one => sought.includes(nameOf(one)));
}
