import { ReferenceKind, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import type { DatabaseTable, SqlEntityManager } from '@mikro-orm/sql';
import { showName } from '../../dialects/table-names.ts';
import { wantedStorage, type FrozenModels } from '../../drift/wanted-storage.ts';
import { dialectOf } from '../../dialects/registry.ts';
import { dumpedTables, isStoredIn, type DumpedTable } from '../../dump/values/dumped-tables.ts';
import { storedMetadata } from '../../mikro-orm/stored-metadata.ts';
import { isToOne } from '../../models/describe-properties.ts';
import { cellValues, type CellValues } from '../values/cell-values.ts';
import { minedCells } from '../values/mined-cells.ts';

/** A column that gets values. */
export interface PlannedColumn {
  readonly name: string;
  readonly nullable: boolean;
  /** Undefined if its values come from elsewhere, or cannot be made. */
  readonly values: CellValues | undefined;
  /** Values that occur in checks. */
  readonly mined: readonly string[];
  /** Whether it gets only these values. */
  readonly isMinedOnly?: boolean;
  /** The entities that have it, by name: a child that shares a table has only its own columns. */
  readonly props: ReadonlyMap<string, EntityProperty>;
  readonly type: string;
}

/** Columns that refer to a row of a table. */
export interface PlannedReference {
  readonly columns: readonly string[];
  readonly target: readonly string[];
  /**
   * The possible targets: the table, its entities if not all of the table, and the value that names the target, if there is
   * one.
   */
  readonly targets: readonly {
    readonly table: string;
    readonly classes?: ReadonlySet<string>;
    readonly name?: string;
  }[];
  /** The column that names the target, of a relation to one of several entities. */
  readonly naming?: string;
  readonly nullable: readonly string[];
}

/** An entity with rows in a table. */
interface PlannedClass {
  readonly name: string;
  readonly meta: EntityMetadata;
}

/** A table to make rows for. */
export interface TablePlan {
  readonly table: DumpedTable;
  readonly columns: readonly PlannedColumn[];
  readonly references: readonly PlannedReference[];
  /** Columns that are unique together. */
  readonly unique: readonly (readonly string[])[];
  readonly classes: readonly PlannedClass[];
  /** Whether it holds rows of several entities, each with separate columns. */
  readonly isShared: boolean;
  /** The column that names the entity of a row. */
  readonly discriminator: string | undefined;
  /** The table of the entity that this one extends, whose key its rows share. */
  readonly parent: string | undefined;
}

/** Plans the rows of each table of a version. Uses no database. */
export function planTables(models: FrozenModels, namespace: string | undefined): readonly TablePlan[] {
  const { em } = models;
  const all = [...em.getMetadata().getAll().values()];
  const { parts } = wantedStorage(models, namespace);
  const tables = dumpedTables(models, namespace);
  // A relation that a child inherits has another object of the metadata: classes are the same.
  const titles = new Map<unknown, string>();
  for (const meta of storedMetadata(em)) {
    const title = tables.find(table => isStoredIn(em, meta, table, namespace))?.title;
    if (title !== undefined) titles.set(meta.class, title);
  }
  const titleOf = (meta: EntityMetadata | undefined) => meta && (titles.get(meta.class) ?? titles.get(meta.root.class));
  return tables.map(table => {
    const own = storedMetadata(em).filter(meta => titles.get(meta.class) === table.title);
    const wanted = parts.get(showName(table))?.table as DatabaseTable;
    return planTable(em, { table, wanted, own, all, titleOf });
  });
}

interface Planning {
  readonly table: DumpedTable;
  readonly wanted: DatabaseTable;
  readonly own: readonly EntityMetadata[];
  readonly all: readonly EntityMetadata[];
  readonly titleOf: (meta: EntityMetadata | undefined) => string | undefined;
}

function planTable(em: SqlEntityManager, planning: Planning): TablePlan {
  const { table, wanted, own, all, titleOf } = planning;
  const inside = all.filter(meta =>
    own.some(one => meta === one || (meta.root === one && one.inheritanceType !== 'tpt')),
  );
  const root = own[0];
  const platform = em.getPlatform();
  const isExact = dialectOf(platform)?.capabilities.exact === true;
  const names = new Set(table.columns.map(({ name }) => name));
  // A child with a separate table has the relations of its parent too. Their columns are in the table of the parent.
  const references = [...referencesOf(inside, titleOf), ...bareReferences(planning, inside)].filter(({ columns }) =>
    columns.every(column => names.has(column)),
  );
  const indexed = new Set(wanted.getIndexes().flatMap(({ columnNames }) => columnNames));
  const named = new Set(references.flatMap(({ naming }) => naming ?? []));
  const enums = inside.flatMap(meta => meta.props.filter(prop => prop.items).flatMap(prop => prop.fieldNames));
  const columns = table.columns.map((column): PlannedColumn => {
    const props = new Map(
      inside.flatMap(meta => {
        const prop = meta.props.find(one => isColumnOf(one, column.name));
        return prop ? [[meta.className, prop] as const] : [];
      }),
    );
    const [prop] = props.values();
    const isKey = table.key.includes(column.name);
    const isIndexed = isKey || indexed.has(column.name);
    const isReferring = named.has(column.name) || references.some(one => one.columns.includes(column.name));
    return {
      name: column.name,
      nullable: column.nullable === true && !isKey,
      values: isReferring
        ? undefined
        : cellValues(column, prop && keyOf(prop, column.name), { isKey, isIndexed, platform, isExact }),
      mined: minedCells(wanted, column, enums),
      props,
      type: column.type,
    };
  });
  const classes = classesOf(own, all, inside);
  const discriminator =
    root?.root.inheritanceType === 'sti' ? fieldOf(root.root, root.root.discriminatorColumn) : undefined;
  return {
    table,
    columns,
    references,
    unique: uniqueSets(table, wanted),
    classes,
    isShared: inside.length > 1 && root?.root.inheritanceType !== 'tpt',
    discriminator: table.columns.some(({ name }) => name === discriminator) ? discriminator : undefined,
    parent: titleOf(root?.tptParent),
  };
}

function isColumnOf(prop: EntityProperty, column: string): boolean {
  if (prop.kind === ReferenceKind.ONE_TO_MANY || prop.kind === ReferenceKind.MANY_TO_MANY) return false;
  // A property inside a JSON document has no column.
  if (prop.object && prop.embedded !== undefined) return false;
  return (prop.fieldNames ?? []).includes(column) && prop.formula === undefined;
}

/** A relation to another Schema holds values like a key. */
function keyOf(prop: EntityProperty, column: string): EntityProperty {
  if (!isToOne(prop) || !prop.targetMeta) return prop;
  const keys = prop.targetMeta.getPrimaryProps();
  const key = keys[prop.fieldNames.indexOf(column)] ?? keys[0];
  return key ? keyOf(key, key.fieldNames[0] as string) : prop;
}

function fieldOf(meta: EntityMetadata, name: string | undefined): string | undefined {
  return name === undefined ? undefined : (meta.props.find(prop => prop.name === name)?.fieldNames[0] ?? name);
}

/** Those whose rows can stand in a table: of entities in separate tables, each that extends the one of this table. */
function classesOf(
  own: readonly EntityMetadata[],
  all: readonly EntityMetadata[],
  inside: readonly EntityMetadata[],
): readonly PlannedClass[] {
  const [root] = own;
  const isTpt = root?.root.inheritanceType === 'tpt';
  const candidates = isTpt && root ? all.filter(meta => meta.class === root.class || descends(meta, root)) : inside;
  return candidates
    .filter(meta => !meta.abstract && !meta.embeddable)
    .map(meta => ({ name: meta.className, meta }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function descends(meta: EntityMetadata, from: EntityMetadata): boolean {
  for (let parent = meta.tptParent; parent; parent = parent.tptParent) if (parent.class === from.class) return true;
  return false;
}

/** The relations that are stored here, with or without a foreign key. */
function referencesOf(
  inside: readonly EntityMetadata[],
  titleOf: (meta: EntityMetadata | undefined) => string | undefined,
): PlannedReference[] {
  const found = new Map<string, PlannedReference>();
  for (const prop of inside.flatMap(meta => meta.props)) {
    if (!isToOne(prop) || prop.persist === false || !prop.targetMeta) continue;
    // A relation inside a JSON document has no column.
    if (prop.object && prop.embedded !== undefined) continue;
    if (prop.kind === ReferenceKind.ONE_TO_ONE && !prop.owner) continue;
    const offset = prop.polymorphic ? 1 : 0;
    const columns = prop.fieldNames.slice(offset);
    const targets = (prop.polymorphic ? (prop.polymorphTargets ?? []) : [prop.targetMeta]).flatMap(meta => {
      const table = titleOf(meta);
      if (table === undefined) return [];
      const name = Object.entries(prop.discriminatorMap ?? {}).find(([, type]) => type === meta.class)?.[0];
      const isPart = meta.root.class !== meta.class && meta.root.inheritanceType === 'sti';
      const classes = isPart ? new Set([meta.className, ...childrenOf(meta)]) : undefined;
      return [{ table, ...(classes && { classes }), ...(prop.polymorphic && { name: name ?? meta.className }) }];
    });
    const key = prop.fieldNames.join('\0');
    if (targets.length === 0 || found.has(key)) continue;
    found.set(key, {
      columns,
      target: prop.referencedColumnNames?.length ? prop.referencedColumnNames.slice(-columns.length) : columns,
      targets,
      ...(prop.polymorphic && { naming: prop.fieldNames[0] as string }),
      nullable: prop.nullable ? columns : [],
    });
  }
  return [...found.values()];
}

function childrenOf(meta: EntityMetadata): readonly string[] {
  const map = Object.values(meta.root.discriminatorMap ?? {}) as { prototype: object; name: string }[];
  return map.filter(type => meta.class.prototype.isPrototypeOf(type.prototype)).map(type => type.name);
}

/** Foreign keys that no property stands for. */
function bareReferences({ table, titleOf }: Planning, inside: readonly EntityMetadata[]): PlannedReference[] {
  const own = referencesOf(inside, titleOf);
  const isTpt = inside.some(({ tptParent }) => tptParent !== undefined);
  return table.references
    .filter(one => !own.some(({ columns }) => columns.join('\0') === one.columns.join('\0')))
    .filter(one => !isTpt || one.columns.join('\0') !== table.key.join('\0'))
    .map(({ columns, table: title, target, nullable }) => ({ columns, target, targets: [{ table: title }], nullable }));
}

function uniqueSets(table: DumpedTable, wanted: DatabaseTable): readonly (readonly string[])[] {
  const sets = wanted.getIndexes().filter(index => (index.unique || index.primary) && index.columnNames.length > 0);
  const all = [table.key, ...sets.map(({ columnNames }) => columnNames)];
  const known = all.filter(set => set.every(column => table.columns.some(({ name }) => name === column)));
  return [...new Map(known.map(set => [set.join('\0'), set])).values()];
}
