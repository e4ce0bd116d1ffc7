import type { EntityDescription, PropertyDescription, StorageDescription } from '../../../lib/models/description.ts';

type Dialect = 'sqlite' | 'postgresql';

/** How many rows each table gets. */
const ROWS = [1, 2];

/** SQL that puts rows into every table, those that are referred to first. */
export function rowsOf(storage: StorageDescription, dialect: Dialect): string[] {
  const tables = storage.entities.filter(({ view }) => view === undefined);
  const ordered = new Set<EntityDescription>();
  const begun = new Set<EntityDescription>();
  const add = (entity: EntityDescription): void => {
    if (begun.has(entity)) return;
    begun.add(entity);
    for (const other of tables) {
      const isAbove = other.name === entity.extends;
      const isTarget = entity.properties.some(
        ({ references }) => references?.table === other.table && references.namespace === other.namespace,
      );
      if (other !== entity && (isAbove || isTarget)) add(other);
    }
    ordered.add(entity);
  };
  for (const entity of tables) add(entity);
  return [
    ...[...ordered].flatMap(entity => rowsOfEntity(entity, storage, dialect)),
    ...[...ordered].flatMap(entity =>
      entity.properties.flatMap(({ pivot }) => {
        if (!pivot) return [];
        const names = [...pivot.columns, ...pivot.inverseColumns];
        return ROWS.map(row => {
          const values = [pivot.owner, pivot.target].flatMap(side =>
            (side?.columns ?? []).map(column => keyValue(storage, side?.table ?? '', column, row, dialect)),
          );
          return insert(pivot, names, values);
        });
      }),
    ),
  ];
}

function rowsOfEntity(entity: EntityDescription, storage: StorageDescription, dialect: Dialect): string[] {
  const isOne = entity.inheritance === 'single table';
  const root = isOne ? storage.entities.find(({ name }) => name === entity.extends) : undefined;
  const value = Object.entries((root ?? entity).discriminator?.values ?? {}).find(([, name]) => name === entity.name);
  // Entities of one table have different rows; those of a table each have the rows of their parent.
  const rows = root ? ROWS.map(row => row + ROWS.length) : ROWS;
  const properties = [...(root?.properties ?? []), ...entity.properties];
  return rows.map(row => {
    const cells = new Map<string, string>();
    for (const property of properties) {
      if (property.generated !== undefined) continue;
      for (const [index, column] of (property.columns ?? []).entries()) {
        const { references } = property;
        const target = references?.columns[index];
        const given =
          references && target !== undefined
            ? keyValue(storage, references.table, target, row > ROWS.length ? row - ROWS.length : row, dialect)
            : valueOf(property, row, dialect);
        cells.set(column, given);
      }
    }
    const kind = (root ?? entity).discriminator;
    if (kind && value) cells.set(kind.column, `'${value[0]}'`);
    return insert(entity, [...cells.keys()], [...cells.values()]);
  });
}

function insert(
  { table, namespace }: { readonly table: string; readonly namespace?: string },
  names: readonly string[],
  values: readonly string[],
): string {
  const place = namespace === undefined ? `"${table}"` : `"${namespace}"."${table}"`;
  return `insert into ${place} (${names.map(name => `"${name}"`).join(', ')}) values (${values.join(', ')})`;
}

function keyValue(storage: StorageDescription, table: string, column: string, row: number, dialect: Dialect): string {
  const found = storage.entities
    .filter(one => one.table === table)
    .flatMap(({ properties }) => properties)
    .find(({ columns }) => columns?.includes(column));
  return found ? valueOf(found, row, dialect) : String(row);
}

/** A value of a column, which no other row has; but for those of which there are too few. */
export function valueOf({ type = '', kind, items, array }: PropertyDescription, row: number, dialect: Dialect): string {
  if (kind === 'embedded') return `'{"street":"k${row}"}'`;
  if (items && array) return dialect === 'sqlite' ? `'${items.join(',')}'` : `'{${items.join(',')}}'`;
  if (items) return typeof items[0] === 'number' ? String(items[0]) : `'${items[0]}'`;
  switch (type) {
    case 'boolean':
      return dialect === 'sqlite' ? String(row % 2) : String(row % 2 === 1);
    case 'string':
    case 'text':
      return `'k${row}'`;
    case 'double':
      return `${row}.5`;
    case 'decimal':
      return dialect === 'sqlite' ? `'${row}.25'` : `${row}.25`;
    case 'datetime':
      return dialect === 'sqlite' ? String(1_700_000_000_000 + row * 1000) : `'2024-01-0${row}T10:00:00Z'`;
    case 'date':
      return `'2024-01-0${row}'`;
    case 'array':
      return dialect === 'sqlite' ? `'a,b${row}'` : `'{a,b${row}}'`;
    case 'time':
      return `'10:00:0${row}'`;
    case 'blob':
      return dialect === 'sqlite' ? `x'0${row}'` : String.raw`'\\x0${row}'`;
    case 'json':
      return `'{"a":${row}}'`;
    case 'uuid':
      return `'0190163d-8694-739b-aea5-966c26f8ad9${row}'`;
    default:
      return String(row);
  }
}
