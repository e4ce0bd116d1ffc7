import type {
  EntityDescription,
  IndexDescription,
  PropertyDescription,
  ReferenceDescription,
  StorageDescription,
} from '../models/description.ts';

/** A table with what the entities in it bring. */
interface Table {
  readonly name: string;
  readonly lines: string[];
  readonly indexes: string[];
  readonly refs: string[];
  note: string | undefined;
}

/** Writes the tables of a version as DBML, for dbdiagram.io, ChartDB and other tools that read it. */
export function dbml({ entities }: StorageDescription): string {
  const tables = new Map<string, Table>();
  const open = (name: string) => {
    const table = tables.get(name) ?? { name, lines: [], indexes: [], refs: [], note: undefined };
    tables.set(name, table);
    return table;
  };
  for (const entity of entities) {
    const table = open(placeOf(entity));
    table.note ??= noteOf(entity);
    const [keys, rest] = [entity.properties.filter(isKey), entity.properties.filter(property => !isKey(property))];
    for (const property of [...keys, ...rest]) addProperty(entity, property, table);
    for (const [parts, unique] of [
      [entity.indexes, false],
      [entity.uniques, true],
    ] as const) {
      for (const index of parts ?? []) table.indexes.push(...indexLine(index, unique));
    }
    for (const { pivot } of entity.properties) {
      if (pivot) addPivot(pivot, open(placeOf(pivot)));
    }
  }
  const all = [...tables.values()];
  return `${[...all.map(tableText), all.flatMap(({ refs }) => refs).join('\n')].filter(Boolean).join('\n\n')}\n`;
}

function isKey({ primary }: PropertyDescription): boolean {
  return primary === true;
}

function addProperty(entity: EntityDescription, property: PropertyDescription, table: Table): void {
  const { columns = [], primary, autoincrement, nullable, references, name, kind, hints } = property;
  const types = hints?.columnTypes ?? [];
  for (const [index, column] of columns.entries()) {
    if (table.lines.some(line => line.startsWith(`${quoted(column)} `))) continue;
    const settings = [
      ...(primary ? ['pk'] : []),
      ...(autoincrement ? ['increment'] : []),
      ...(nullable ? [] : ['not null']),
      ...(property.default === undefined ? [] : [`default: ${expression(property.default)}`]),
      ...(column === name ? [] : [`note: ${text(`${entity.name}.${name}`)}`]),
    ];
    const type = types[index] ?? property.type ?? kind;
    table.lines.push(`${quoted(column)} ${quoted(type)}${settings.length > 0 ? ` [${settings.join(', ')}]` : ''}`);
  }
  if (references) table.refs.push(ref(table.name, columns, references, kind === '1:1' ? '-' : '>'));
}

function addPivot(pivot: NonNullable<PropertyDescription['pivot']>, table: Table): void {
  const { columns, inverseColumns, order, owner, target } = pivot;
  if (table.lines.length > 0) return;
  const ends = [...columns, ...inverseColumns];
  table.lines.push(...ends.map(column => `${quoted(column)} "key" [not null]`));
  if (order !== undefined) table.lines.push(`${quoted(order)} "integer" [not null]`);
  table.indexes.push(`(${ends.map(quoted).join(', ')}) [pk]`);
  if (owner) table.refs.push(ref(table.name, columns, owner, '>'));
  if (target) table.refs.push(ref(table.name, inverseColumns, target, '>'));
}

function tableText({ name, lines, indexes, note }: Table): string {
  return [
    `Table ${path(name)} {`,
    ...lines.map(line => `  ${line}`),
    ...(indexes.length > 0 ? ['', '  indexes {', ...indexes.map(line => `    ${line}`), '  }'] : []),
    ...(note === undefined ? [] : ['', `  Note: ${text(note)}`]),
    '}',
  ].join('\n');
}

function indexLine({ columns, expression: said, hints }: IndexDescription, unique: boolean): string[] {
  const what = said === undefined ? columns.map(quoted) : [`\`${said.replaceAll('`', "'")}\``];
  if (what.length === 0) return [];
  const settings = [...(unique ? ['unique'] : []), ...(hints?.name === undefined ? [] : [`name: ${text(hints.name)}`])];
  return [`(${what.join(', ')})${settings.length > 0 ? ` [${settings.join(', ')}]` : ''}`];
}

function noteOf({ view, hints }: EntityDescription): string | undefined {
  return hints?.comment ?? (view ? 'a view' : undefined);
}

function end(name: string, parts: readonly string[]): string {
  const [only = '', ...more] = parts.map(quoted);
  return `${path(name)}.${more.length === 0 ? only : `(${[only, ...more].join(', ')})`}`;
}

function ref(table: string, columns: readonly string[], to: ReferenceDescription, sign: '>' | '-'): string {
  const rules = [
    ...(to.onDelete === undefined ? [] : [`delete: ${to.onDelete}`]),
    ...(to.onUpdate === undefined ? [] : [`update: ${to.onUpdate}`]),
  ];
  return `Ref: ${end(table, columns)} ${sign} ${end(placeOf(to), to.columns)}${rules.length > 0 ? ` [${rules.join(', ')}]` : ''}`;
}

function placeOf({ table, namespace }: { readonly table: string; readonly namespace?: string }): string {
  return namespace === undefined ? table : `${namespace}\0${table}`;
}

function path(place: string): string {
  return place.split('\0').map(quoted).join('.');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', "'")}"`;
}

function text(said: string): string {
  return `'${said
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll(/[\r\n]+/g, ' ')}'`;
}

function expression(sql: string): string {
  return /^-?\d+(\.\d+)?$/.test(sql) ? sql : `\`${sql.replaceAll('`', "'")}\``;
}
