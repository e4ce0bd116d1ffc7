import { ReferenceKind, Type, types, Utils, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import { conversionsOf, modeOf, normalizingOf } from '../mikro-orm/type-parts.ts';
import { by } from '../models/description.ts';
import { holdsStored, isStored, isToOne, logicalType } from '../models/describe-properties.ts';
import type { Reading } from '../models/metadata-reading.ts';
import { functionSource } from '../source-code/function-source.ts';
import { chain, labelled, list, type Piece } from '../source-code/layout.ts';
import { keyLiteral, literal, stringLiteral } from '../source-code/literals.ts';
import { untypedFunction } from '../source-code/typed-code.ts';
import { cannotFreeze, packageOf, withBases, type TypeClass } from './custom-types.ts';
import { namesOf, propertyOf, type DeclaredEntity, type DeclaredProperty } from './declared-entities.ts';
import { exportedTarget, type BlockContext, type BlockProperty } from './entity-block.ts';
import { PropertyOptions } from './property-options.ts';

/**
 * Writes a property: `species: p.string().length(80)`. Leaves out properties that are not stored and read no storage.
 *
 * @returns `undefined` for a property that is left out
 * @throws {@link SchemaDefinitionError} for a relation to an entity that the version does not contain
 */
export function propertySource(
  declared: DeclaredEntity,
  key: string,
  reading: Reading,
  context: BlockContext,
): BlockProperty | undefined {
  const asDeclared = declared.properties.get(key) ?? {};
  const raw = context.isNullable(key) ? { ...asDeclared, nullable: true } : asDeclared;
  const prop = propertyOf(declared.meta, key);
  if (!prop || !isWorthKeeping(raw, prop, reading, context)) return undefined;
  const p = context.imports.use('@mikro-orm/core', 'p');
  const type = headOf(declared, raw, prop, reading, context);
  const options = new PropertyOptions({ declared, raw, prop, reading, context }, type.said);
  // Entities may be written in any order, so references to them are deferred.
  const isDeferred = prop.kind !== ReferenceKind.SCALAR;
  return {
    key: prop.name,
    isPrimary: raw.primary === true,
    piece: labelled(
      `${keyLiteral(prop.name)}: ${isDeferred ? '() => ' : ''}`,
      chain(p, [...type.calls, ...options.calls()]),
    ),
    remarks: options.remarks,
  };
}

function isWorthKeeping(raw: DeclaredProperty, prop: EntityProperty, reading: Reading, context: BlockContext): boolean {
  if (raw.formula || raw.through) return false;
  if (raw.persist === false) return prop.kind === ReferenceKind.EMBEDDED && holdsStored(prop);
  if (prop.kind === ReferenceKind.EMBEDDED || isStored(prop)) return true;
  // The inverse side of a relation is kept for reading, if it exists.
  const owner = prop.targetMeta && reading.metadata.find(prop.targetMeta.class);
  const other = owner && propertyOf(owner, prop.mappedBy);
  return other !== undefined && isStored(other) && targetsOf(prop).every(name => context.exportOf(name) !== undefined);
}

const RELATION_CALLS: Partial<Record<ReferenceKind, string>> = {
  [ReferenceKind.EMBEDDED]: 'embedded',
  [ReferenceKind.MANY_TO_ONE]: 'manyToOne',
  [ReferenceKind.ONE_TO_ONE]: 'oneToOne',
  [ReferenceKind.ONE_TO_MANY]: 'oneToMany',
  [ReferenceKind.MANY_TO_MANY]: 'manyToMany',
};

function headOf(
  declared: DeclaredEntity,
  raw: DeclaredProperty,
  prop: EntityProperty,
  reading: Reading,
  context: BlockContext,
): Head {
  const relation = RELATION_CALLS[prop.kind];
  // Inside an object, MikroORM stores `array` as JSON, and its class of that name as a text.
  const isList = raw.type === 'array' && declared.meta.embeddable;
  // Types of properties with one name and one place are compared.
  const isAsSpelled = isList || isVariant(declared.meta, reading) || declared.isRedeclared(prop.name);
  if (relation === undefined) return typeHead(raw, prop, context, isAsSpelled);
  const targets = targetsOf(prop).map(target =>
    exportedTarget(`${declared.meta.className}.${prop.name}`, target, context),
  );
  const isUnion = targets.length > 1 || (prop.polymorphic === true && isToOne(prop));
  const union = list(`.${relation}([`, targets, prop.kind === ReferenceKind.MANY_TO_MANY ? '] as never)' : '])');
  return { calls: [isUnion ? union : `.${relation}(${targets[0]})`], said: [] };
}

/** Tells whether an embeddable is one of several that a property may hold. */
function isVariant({ embeddable, className }: EntityMetadata, { metadata }: Reading): boolean {
  if (!embeddable) return false;
  const held = [...metadata].flatMap(({ props }) => props.filter(({ kind }) => kind === ReferenceKind.EMBEDDED));
  return held.map(({ type }) => namesOf(type)).some(names => names.length > 1 && names.includes(className));
}

/** Lists the targets of a relation. */
function targetsOf(prop: EntityProperty): string[] {
  if (prop.kind === ReferenceKind.EMBEDDED) return namesOf(prop.type);
  const several = prop.polymorphTargets?.map(meta => meta.className) ?? [];
  return several.length > 1 ? several.toSorted(by(name => name)) : [prop.targetMeta?.className ?? prop.type];
}

/** The beginning of a property's chain of calls on `p`. */
interface Head {
  readonly calls: readonly Piece[];
  /** The options it already contains. */
  readonly said: readonly string[];
}

/** Writes the beginning of a property that holds a value: `p.string()`, `p.enum(['a', 'b'])`, `p.type(Weight)`. */
function typeHead(raw: DeclaredProperty, prop: EntityProperty, context: BlockContext, isAsSpelled: boolean): Head {
  const items = itemsOf(raw, prop);
  if (items) {
    const pieces = items.map(item => literal(item, context.imports) ?? '');
    return head(list('.enum([', pieces, '])'), enumType(raw, context));
  }
  // Without items, MikroORM stores a number in any case. The type is required.
  if (raw.enum === true) {
    const type = enumType(raw, context);
    return head('.enum()', type.length > 0 ? type : [`.type(${stringLiteral(logicalType(prop))})`]);
  }
  const type = typeOf(raw);
  if (type && Type.getOrmType(type) === undefined) return head(customType(raw.type, type, context));
  return builtIn(raw, prop, context, isAsSpelled);
}

function head(type: Piece, calls: readonly Piece[] = [], said: readonly string[] = []): Head {
  return { calls: [type, ...calls], said };
}

/** Returns the values of an enum. MikroORM reads them from a TypeScript enum in the same way. */
function itemsOf(raw: DeclaredProperty, prop: EntityProperty): readonly unknown[] | undefined {
  if (raw.items === undefined) return raw.enum === true ? prop.items : undefined;
  const items: unknown = typeof raw.items === 'function' ? raw.items() : raw.items;
  return Array.isArray(items) ? items : Utils.extractEnumValues(items as object);
}

/** The options of an enum, for every type. */
const OF_AN_ENUM: ReadonlySet<unknown> = new Set(['enum', 'number', 'string', 'Number', 'String', Number, String]);

/** Returns the type of an enum that is stored differently: as JSON, or by a custom type. */
function enumType(raw: DeclaredProperty, context: BlockContext): Piece[] {
  if (raw.type === undefined || OF_AN_ENUM.has(raw.type)) return [];
  const type = typeOf(raw);
  const name = type && Type.getOrmType(type);
  if (name === 'enum' || name === 'enumArray') return [];
  if (type) return [customType(raw.type, type, context)];
  return [`.type(${stringLiteral(String(raw.type))})`];
}

function typeOf({ type }: DeclaredProperty): TypeClass | undefined {
  if (typeof type === 'function' && Type.isMappedType(type.prototype)) return type as TypeClass;
  return Type.isMappedType(type) ? (type.constructor as TypeClass) : undefined;
}

function customType(type: unknown, made: TypeClass, context: BlockContext): string {
  if (made.name === '') throw cannotFreeze(made, 'has no name', 'Give its class a name');
  if (Type.isMappedType(type) && stateOf(type) !== stateOf(Reflect.construct(made, []))) {
    throw cannotFreeze(made, 'is made with arguments');
  }
  const from = packageOf(made);
  if (from !== undefined) return `.type(${context.imports.use(from, made.name)})`;
  for (const base of withBases(made)) context.useType(base);
  return `.type(${made.name})`;
}

/** Lists the fields of an instance, except those that an ORM sets. */
function stateOf(type: Type<unknown>): string {
  const { platform: _platform, meta: _meta, prop: _prop, ...state } = type;
  return JSON.stringify(state, (_key, value: unknown) => (typeof value === 'function' ? String(value) : value));
}

/** @param isAsSpelled whether the type has to be spelled as it is declared. */
function builtIn(raw: DeclaredProperty, prop: EntityProperty, context: BlockContext, isAsSpelled: boolean): Head {
  const type = typeOf(raw);
  const ormType = type && Type.getOrmType(type);
  const given = typeof raw.type === 'string' ? raw.type : undefined;
  // The column type sets it again.
  const name = ormType ?? logicalType(given === undefined ? prop : { type: given });
  const isArrayOf = [given, prop.type].find(one => typeof one === 'string' && one.endsWith('[]'));
  if (isArrayOf !== undefined) return head(`.type(${stringLiteral(isArrayOf)})`);
  if (given !== undefined && (isToTheLetter(given, name, raw) || isAsSpelled))
    return head(`.type(${stringLiteral(given)})`);
  if (!Object.hasOwn(types, name)) return head(`.type(${stringLiteral(given ?? name)})`);
  switch (name) {
    case 'bigint':
    case 'decimal': {
      const mode = modeOf(raw.type) ?? modeOf(prop.customType) ?? prop.runtimeType;
      const usual = name === 'bigint' ? 'bigint' : 'string';
      return head(`.${name}(${mode === usual || !MODES.has(mode) ? '' : stringLiteral(String(mode))})`);
    }
    case 'datetime':
    case 'time':
      return head(`.${name}(${typeof raw.length === 'number' ? raw.length : ''})`, [], ['length']);
    case 'array':
      return head(list('.array(', conversions(raw.type, context), ')'));
    case 'json':
      return head('.json<unknown>()');
    case 'string':
    case 'text':
      return head(`.${name}()`, normalizing(raw.type));
    default:
      return head(`.${name}()`);
  }
}

/** Names of JavaScript types, which every dialect treats like MikroORM's types. */
const IN_JAVASCRIPT: ReadonlySet<string> = new Set(
  'String string Number number Boolean boolean Date object'.split(' '),
);
/** Types that convert no values, so that their spelling does not matter. */
const UNCONVERTED: ReadonlySet<string> = new Set('string text integer smallint boolean float datetime'.split(' '));

/**
 * Tells whether the name of a type means more than the type it stands for: a dialect may use another column type for it, and next
 * to a column type it decides how values are converted.
 */
function isToTheLetter(given: string, name: string, raw: DeclaredProperty): boolean {
  if (!IN_JAVASCRIPT.has(given) && !Object.hasOwn(types, given)) return true;
  return (raw.columnType ?? raw.columnTypes) !== undefined && !UNCONVERTED.has(name);
}

const MODES: ReadonlySet<unknown> = new Set(['bigint', 'number', 'string']);

/** Returns how the items of an array are read and written, if declared. */
function conversions(type: unknown, { imports }: BlockContext): string[] {
  const sources = conversionsOf(type).map(convert => convert && functionSource(convert, imports));
  const said = sources.map(source => {
    if (source && 'needs' in source) {
      const next = 'Write it as a function that uses only MikroORM and JavaScript';
      throw cannotFreeze({ name: 'array' }, `uses ${source.needs.join(', ')}`, next);
    }
    return source && /^\(?(\w+)\)? => \1$/.test(source.source) ? undefined : source?.source;
  });
  if (said[1] !== undefined) return [untyped(said[0] ?? 'item => item'), untyped(said[1])];
  return said[0] === undefined ? [] : [untyped(said[0])];

  /** TypeScript assumes text items, because nothing else is declared. */
  function untyped(source: string): string {
    return /^\(?(\w+)\)? => [^.]*$/.test(source) && said[1] === undefined ? source : untypedFunction(source);
  }
}

/** Writes the transformation of a string before it is stored. */
function normalizing(type: unknown): string[] {
  const options = normalizingOf(type);
  return [
    ...(options.trim ? ['.trim()'] : []),
    ...(options.case ? [options.case === 'lower' ? '.lowercase()' : '.uppercase()'] : []),
  ];
}
