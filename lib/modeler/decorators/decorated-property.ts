import type { Imports } from '../../source-code/import-lines.ts';
import { labelled, layOut, list, record, type Piece } from '../../source-code/layout.ts';
import { keyLiteral, literal, stringLiteral } from '../../source-code/literals.ts';
import type { KindOfValue, ValueType } from '../../dialects/modeling.ts';
import { exportName } from '../../version-file/entity-block.ts';
import { collectionOptions, propertyOptions } from '../build-entities.ts';
import type { CollectionModel, PropertyModel, ValueModel } from '../entity-model.ts';

interface FileSurroundings {
  readonly imports: Imports;
  /** Imports a decorator. */
  readonly use: (decorator: string) => string;
}

/** The TypeScript type of the values that MikroORM reads from a column of each type. */
const READ_AS: Readonly<Partial<Record<ValueType, string>>> = {
  integer: 'number',
  smallint: 'number',
  float: 'number',
  double: 'number',
  bigint: 'bigint',
  boolean: 'boolean',
  datetime: 'Date',
  blob: 'Uint8Array',
  json: 'unknown',
};

/** The indent of a member in its class. */
const INDENT = 2;

/** Modifiers of the member that follows. */
const MODIFIERS = new Set(
  'abstract accessor async declare get override private protected public readonly set static'.split(' '),
);

/** Writes a property of a class, with its decorator. */
export function decoratedProperty(property: PropertyModel, { imports, use }: FileSurroundings): string {
  const {
    type: _type,
    kind: _kind,
    entity: _entity,
    enum: _enum,
    ...options
  } = propertyOptions(property, () => undefined);
  if (property.relation !== undefined) {
    const target = exportName(property.target);
    imports.use('@mikro-orm/core', 'type Rel');
    const decorator = use(property.relation === 'oneToOne' ? 'OneToOne' : 'ManyToOne');
    return member(property, decorator, [`() => ${target}`, record(pieces(options, imports))], `Rel<${target}>`);
  }
  const { primary, ...others } = options;
  const of = valueType(property);
  // Such a decorator says by itself that the property is a key
  const isKey = primary === true && property.kind.type !== 'enum';
  const type = typeSource(property.kind, imports);
  const given = [...(type === undefined ? [] : [`type: ${type}`]), ...pieces(isKey ? others : options, imports)];
  const decorator = property.kind.type === 'enum' ? 'Enum' : isKey ? 'PrimaryKey' : 'Property';
  return member(property, use(decorator), [record(given)], of);
}

/** Writes a many-to-many of a class, with its decorator. */
export function decoratedCollection(collection: CollectionModel, { imports, use }: FileSurroundings): string {
  const {
    kind: _kind,
    entity: _entity,
    owner: _owner,
    pivotEntity: _pivotEntity,
    ...options
  } = collectionOptions(collection, () => undefined);
  const target = exportName(collection.target);
  const { pivotEntity } = collection;
  const pivot = pivotEntity === undefined ? [] : [`pivotEntity: () => ${exportName(pivotEntity)}`];
  // All in one object: a second argument of this decorator is an inverse side.
  const given = [record([`entity: () => ${target}`, ...pivot, ...pieces(options, imports)])];
  const key = MODIFIERS.has(collection.name) ? stringLiteral(collection.name) : keyLiteral(collection.name);
  const made = `${key} = new ${imports.use('@mikro-orm/core', 'Collection')}<${target}>(this);`;
  return `${layOut(list(`@${use('ManyToMany')}(`, given, ')'), '', INDENT)}\n${made}`;
}

function member({ name, nullable }: PropertyModel, decorator: string, given: readonly Piece[], of: string): string {
  const key = MODIFIERS.has(name) ? stringLiteral(name) : keyLiteral(name);
  const declared = nullable ? `${key}?: ${of === 'unknown' ? of : `${of} | null`};` : `${key}!: ${of};`;
  return `${layOut(list(`@${decorator}(`, given, ')'), '', INDENT)}\n${declared}`;
}

function pieces(options: object, imports: Imports): Piece[] {
  return Object.entries(options).flatMap(([option, value]) => {
    const piece = literal(value, imports);
    return piece === undefined ? [] : [labelled(`${option}: `, piece)];
  });
}

/** The type that MikroORM converts values by; `undefined` for an enum, whose decorator says it. */
function typeSource({ type, ofNumbers }: KindOfValue, imports: Imports): string | undefined {
  if (type === 'enum') return undefined;
  if (ofNumbers === true)
    return `new ${imports.use('@mikro-orm/core', 'ArrayType')}(item => (item === null ? item : Number(item)))`;
  return `${imports.use('@mikro-orm/core', 'types')}.${type}`;
}

/** The type of the values in TypeScript. */
function valueType({ kind: { type, items = [], ofNumbers } }: ValueModel): string {
  if (type === 'enum') return items.map(stringLiteral).join(' | ');
  if (type === 'array') return ofNumbers === true ? 'number[]' : 'string[]';
  return READ_AS[type] ?? 'string';
}
