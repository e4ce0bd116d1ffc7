import type { LiveCheck, LiveColumn, LiveTable } from '../dialects/table-changes.ts';
import type { ColumnDefault, KindOfValue } from '../dialects/modeling.ts';
import { showName } from '../dialects/table-names.ts';
import { isChosen, type Remedy } from './choices.ts';
import {
  columnsOf,
  type EntityModel,
  type IgnoredAspect,
  type PropertyModel,
  type RelationModel,
  type ValueModel,
} from './entity-model.ts';
import { collectionsOf, type JoinTable } from './find-joins.ts';
import { modelIndexes, singleIndexes, type SingleIndexes } from './model-indexes.ts';
import { columnsOut, mentions, type ColumnsOut, type ModelingContext, type NamedTable } from './modeling-context.ts';
import { relatedKeys, type RelatedKey } from './related-keys.ts';
import { FreeNames, propertyNameOf, relationNameOf } from './entity-names.ts';

/** Makes an entity from a table. */
export function modelTable(
  context: ModelingContext,
  { table, className }: NamedTable,
  { all, joins }: { readonly all: readonly NamedTable[]; readonly joins: readonly JoinTable[] },
): EntityModel {
  const work = new TableModeler(context, table, all);
  const { naming, namespace } = context;
  const properties = work.properties();
  const single = singleIndexes(context, table);
  return {
    table,
    className,
    tableName: naming.classToTableName(className) === table.name ? undefined : table.name,
    schema: table.namespace === namespace ? undefined : table.namespace,
    comment: table.comment,
    properties: properties.map(property => indexed(context, table, property, single)),
    collections: collectionsOf({ table, className }, properties, joins),
    indexes: modelIndexes(context, table, properties, single),
    checks: work.checks(),
  };
}

/** Gives a property the index or unique constraint over just its columns. */
function indexed(context: ModelingContext, table: LiveTable, property: PropertyModel, single: SingleIndexes) {
  const columns = columnsOf(property);
  const usual = (name: string, kind: 'index' | 'unique') =>
    context.naming.indexName(table.name, [...columns], kind) === name ? true : name;
  const [index, unique] = [single.index(columns), single.unique(columns)];
  return {
    ...property,
    index: index ? usual(index.name, 'index') : property.relation === 'manyToOne' ? false : undefined,
    unique: unique ? (unique.name === '' ? true : usual(unique.name, 'unique')) : undefined,
  };
}

class TableModeler {
  readonly #context: ModelingContext;
  readonly #table: LiveTable;
  readonly #names = new FreeNames();
  readonly #out: ColumnsOut;
  readonly #related: readonly RelatedKey[];
  readonly #lists: ReadonlyMap<string, LiveCheck & { readonly values: readonly string[] }>;

  constructor(context: ModelingContext, table: LiveTable, all: readonly NamedTable[]) {
    this.#context = context;
    this.#table = table;
    this.#out = columnsOut(context, table);
    this.#related = relatedKeys(context, table, all);
    this.#lists = new Map(
      table.checks.flatMap(check => {
        const list = context.modeling.listOf(check.expression);
        return list && this.#isEnum(check, list.column) ? [[list.column, { ...check, values: list.values }]] : [];
      }),
    );
  }

  /** The properties: those of the primary key in its order, then the others as the table has them. */
  properties(): PropertyModel[] {
    const { columns, primaryKey } = this.#table;
    const inKey = primaryKey.flatMap(name => columns.find(column => column.name === name) ?? []);
    const ordered = [...inKey, ...columns.filter(column => !inKey.includes(column))];
    const done = new Set<string>();
    return ordered.flatMap((column): PropertyModel[] => {
      if (done.has(column.name) || this.#out.has(column.name)) return [];
      const related = this.#related.find(({ key }) => key.columns.includes(column.name));
      for (const name of related?.key.columns ?? [column.name]) done.add(name);
      return [related ? this.#relation(related) : this.#value(column)];
    });
  }

  /** The checks that no property declares. */
  checks() {
    const declared = [...this.#lists.values()].map(({ expression }) => expression);
    return this.#table.checks
      .filter(({ expression }) => !declared.includes(expression))
      .filter(({ expression }) => !/^exclude\b/i.test(expression) && !mentions(expression, this.#out))
      .filter(({ name, expression }) => !this.#isChosen(['check', name || expression], 'left out'))
      .map(({ name, expression }) => ({ name: name || undefined, expression }));
  }

  #isChosen(path: readonly string[], choice: Remedy): boolean {
    return isChosen(this.#context.choices, [showName(this.#table), ...path], choice);
  }

  /** Whether a check over a list becomes an enum: MikroORM gives its check a name, which must be this one. */
  #isEnum({ name, expression }: LiveCheck, column: string): boolean {
    const live = this.#table.columns.find(one => one.name === column);
    if (!live || live.items || this.#related.some(({ key }) => key.columns.includes(column))) return false;
    const usual = this.#context.naming.indexName(this.#table.name, [column], 'check');
    const isUsual = name === '' || name === usual;
    return isUsual && !this.#isChosen(['check', name || expression], 'plain values');
  }

  #value(column: LiveColumn): ValueModel {
    const { modeling, surroundings, naming } = this.#context;
    const { primaryKey } = this.#table;
    const list = this.#lists.get(column.name);
    const found = surroundings.kindOf(this.#table, column);
    const kind: KindOfValue = list ? { type: 'enum', items: list.values, exact: found.exact } : found;
    const name = this.#names.take(propertyNameOf(column.name));
    const primary = primaryKey.includes(column.name);
    const counting = surroundings.countingOf(this.#table, column);
    const is = (choice: Remedy) => this.#isChosen(['column', column.name], choice);
    const isExact = is('exact default') || column.generated !== undefined;
    return {
      relation: undefined,
      name,
      column: column.name,
      fieldName: naming.propertyToColumnName(name) === column.name ? undefined : column.name,
      kind,
      primary,
      nullable: primary ? is('nullable key') : column.nullable,
      comment: column.comment,
      index: undefined,
      unique: undefined,
      columnTypes: is('exact type') && !kind.isForeign ? [kind.exact] : undefined,
      ignored: this.#ignored(column.name, kind),
      autoincrement: this.#autoincrement(column, counting),
      default: counting === 'rowid' ? NUMBERED : isExact ? sqlDefault(column) : modeling.defaultOf(column, kind),
      generated: modeling.generatedOf(column),
      collation: is('exact collation') ? column.collation : undefined,
    };
  }

  #autoincrement(column: LiveColumn, counting: 'counter' | 'rowid' | undefined): boolean | undefined {
    const { primaryKey } = this.#table;
    const isKey = primaryKey.length === 1 && primaryKey[0] === column.name;
    if (!isKey) return counting === 'counter' ? true : undefined;
    if (counting === 'rowid') return false;
    const isNot = this.#isChosen([], 'not counting') || this.#isChosen(['column', column.name], 'not counting');
    return isNot ? false : undefined;
  }

  #ignored(column: string, kind?: KindOfValue): IgnoredAspect[] {
    const is = (choice: Remedy) => this.#isChosen(['column', column], choice);
    return [
      ...(is('any type') || kind?.isForeign ? (['type'] as const) : []),
      ...(is('any default') || kind?.anyDefault ? (['default'] as const) : []),
      ...(is('any collation') ? (['collation'] as const) : []),
    ];
  }

  #relation({ key, target }: RelatedKey): RelationModel {
    const { naming, surroundings } = this.#context;
    const { columns, referencedColumns } = key;
    const [first = ''] = columns;
    const wanted = columns.length === 1 ? relationNameOf(first) : relationNameOf(target.table.name);
    const name = this.#names.take(wanted, propertyNameOf(columns.join('_')));
    const live = columns.flatMap(column => this.#table.columns.find(one => one.name === column) ?? []);
    const [referenced = ''] = target.table.primaryKey;
    const usual = columns.length === 1 && naming.joinKeyColumnName(name, referenced) === first;
    const isExact = columns.some(column => this.#isChosen(['column', column], 'exact type'));
    const usualKey = naming.indexName(this.#table.name, [...columns], 'foreign');
    const isOne = singleIndexes(this.#context, this.#table).unique(columns) !== undefined;
    const isInOrder = columns.length === 1 || sameList(referencedColumns, target.table.primaryKey);
    return {
      relation: isOne && !this.#isInKey(columns) ? 'oneToOne' : 'manyToOne',
      name,
      columns,
      fieldNames: usual ? undefined : columns,
      target: target.className,
      referencedColumns: isInOrder ? undefined : referencedColumns,
      primary: this.#isInKey(columns),
      nullable: live.some(({ nullable }) => nullable) && !this.#isInKey(columns),
      comment: live[0]?.comment,
      index: undefined,
      unique: undefined,
      columnTypes: isExact ? live.map(column => surroundings.kindOf(this.#table, column).exact) : undefined,
      ignored: [...new Set(columns.flatMap(column => this.#ignored(column)))],
      deleteRule: key.onDelete ?? 'no action',
      updateRule: key.onUpdate ?? 'no action',
      deferMode: key.deferMode,
      foreignKeyName: key.name === undefined || key.name === usualKey ? undefined : key.name,
    };
  }

  #isInKey(columns: readonly string[]): boolean {
    return columns.every(column => this.#table.primaryKey.includes(column));
  }
}

/**
 * A key that SQLite numbers without a counter. MikroORM asks for the value of a key that neither counts nor has a default,
 * and reads back one that has a default.
 */
const NUMBERED: ColumnDefault = { sql: 'null' };

function sqlDefault({ default: sql }: LiveColumn): ColumnDefault | undefined {
  return sql === undefined ? undefined : { sql };
}

function sameList(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
