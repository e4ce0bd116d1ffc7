import { isRaw, ReferenceKind, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import { isToOne, logicalType } from '../models/describe-properties.ts';
import type { Reading } from '../models/metadata-reading.ts';
import { functionSource } from '../source-code/function-source.ts';
import { chain, list, record, type Piece } from '../source-code/layout.ts';
import { keyLiteral, literal, stringLiteral } from '../source-code/literals.ts';
import { answerOf, untypedFunction } from '../source-code/typed-code.ts';
import { propertyCheck } from './declared-checks.ts';
import {
  evaluated,
  propertyArguments,
  propertyOf,
  type DeclaredEntity,
  type DeclaredProperty,
} from './declared-entities.ts';
import { exportedTarget, type BlockContext } from './entity-block.ts';

/** Types whose value TypeScript infers from a function's result. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  Date: ['datetime'],
  string: ['string', 'text', 'uuid'],
  number: ['integer', 'smallint', 'tinyint', 'mediumint', 'float', 'double'],
  boolean: ['boolean'],
};

/** The JavaScript types of these types, unless declared otherwise. */
const RUNTIME_TYPES: Readonly<Record<string, string>> = { datetime: 'Date', date: 'string', time: 'string' };

/** The options of a property except its type, as calls: `.length(80)`, `.nullable()`. */
export class PropertyOptions {
  /** Options that cannot be written, and why. */
  readonly remarks: string[] = [];
  readonly #property: PropertyContext;
  readonly #declared: DeclaredEntity;
  readonly #raw: DeclaredProperty;
  readonly #prop: EntityProperty;
  readonly #reading: Reading;
  readonly #context: BlockContext;
  readonly #said: ReadonlySet<string>;

  /** @param said the options that the beginning of the chain already contains. */
  constructor(property: PropertyContext, said: Iterable<string>) {
    this.#property = property;
    this.#declared = property.declared;
    this.#raw = property.raw;
    this.#prop = property.prop;
    this.#reading = property.reading;
    this.#context = property.context;
    this.#said = new Set(said);
  }

  /** Returns the calls, in the usual order. */
  calls(): Piece[] {
    return [
      ...this.#flag('primary'),
      ...this.#persist(),
      ...this.#autoincrement(),
      ...this.#flag('version'),
      ...this.#array(),
      ...relationCalls(this.#property),
      ...this.#names(),
      ...this.#texts('columnType', 'columnTypes'),
      ...this.#runtimeType(),
      ...(this.#said.has('length') ? [] : this.#value('length')),
      ...this.#value('precision'),
      ...this.#value('scale'),
      ...this.#switch('unsigned', false),
      ...this.#embedded(),
      ...(this.#isNullable() ? ['.nullable()'] : []),
      ...this.#default(),
      ...this.#sql('generated'),
      ...this.#value('collation'),
      ...this.#value('nativeEnumName'),
      ...this.#rules(),
      // Some drivers index foreign keys by themselves, also those of a pivot table.
      ...this.#switch('index', hasKeys(this.#prop) ? undefined : false),
      ...this.#switch('unique', this.#prop.kind === ReferenceKind.ONE_TO_ONE && this.#prop.owner),
      ...this.#check(),
      ...this.#value('comment'),
      ...this.#value('extra'),
      ...this.#ignored(),
      ...this.#function('onCreate'),
      ...this.#function('onUpdate'),
    ];
  }

  /** SQLite stores a moment that is text in JavaScript as text, and a day that is a `Date` as a number. */
  #runtimeType(): Piece[] {
    const usual = RUNTIME_TYPES[logicalType(this.#prop)];
    const own = this.#raw.runtimeType;
    return usual !== undefined && (own === 'Date' || own === 'string') && own !== usual
      ? [`.runtimeType(${stringLiteral(own)})`]
      : [];
  }

  /** Writes the names of columns that were declared. */
  #names(): Piece[] {
    const { kind, accessor, fieldNames, name } = this.#prop;
    const raw = this.#raw;
    const isOne = isToOne(this.#prop);
    const alias = typeof raw.name === 'string' && raw.name !== name && accessor === undefined ? raw.name : undefined;
    const own = textsOf(raw.fieldNames ?? raw.fieldName ?? alias);
    const joined = textsOf(raw.joinColumns ?? raw.joinColumn);
    // MikroORM uses one of the two, depending on their order.
    const chosen = isOne && own && joined ? fieldNames : (own ?? (isOne ? joined : undefined));
    const columns = chosen ?? (accessor === undefined ? undefined : fieldNames);
    return [
      ...(columns ? [call(columns.length === 1 ? 'fieldName' : 'fieldNames', columns)] : []),
      ...(kind === ReferenceKind.MANY_TO_MANY
        ? [...this.#texts('joinColumn', 'joinColumns'), ...this.#texts('inverseJoinColumn', 'inverseJoinColumns')]
        : []),
      ...this.#texts('referenceColumnName', 'referencedColumnNames'),
      ...(raw.ownColumns ? [call('ownColumns', textsOf(raw.ownColumns) ?? [])] : []),
    ];
  }

  #embedded(): Piece[] {
    if (this.#prop.kind !== ReferenceKind.EMBEDDED) return [];
    const { prefix, object, array } = this.#raw;
    return [
      ...(prefix === undefined || prefix === true ? [] : [list('.prefix(', [this.#literal(prefix)], ')')]),
      ...this.#value('prefixMode'),
      ...(object === true && array !== true ? ['.object()'] : []),
    ];
  }

  #isNullable(): boolean {
    const { kind, owner, nullable } = this.#prop;
    // In a shared table, a column is nullable as soon as a child declares it, despite its options.
    const isShared = this.#declared.meta.root.inheritanceType === 'sti' && nullable === true;
    if (typeof this.#raw.nullable === 'boolean' && !isShared) return this.#raw.nullable;
    const isInverse = kind === ReferenceKind.ONE_TO_MANY || (kind === ReferenceKind.ONE_TO_ONE && !owner);
    return !isInverse && kind !== ReferenceKind.MANY_TO_MANY && nullable === true;
  }

  #default(): Piece[] {
    const raw = this.#raw;
    const isGiven = raw.default !== undefined && raw.default !== null;
    const value: unknown = isGiven ? raw.default : raw.defaultRaw === undefined ? this.#prop.default : undefined;
    if (value === undefined || value === null) return this.#value('defaultRaw');
    const sql = evaluated(value, [], this.#reading.platform, { onlySql: true });
    if (sql !== undefined && raw.version !== true && raw.defaultRaw) return this.#value('defaultRaw');
    // For a version property, this option alone sets the first value.
    if (sql !== undefined && raw.version !== true) return [list('.defaultRaw(', [stringLiteral(sql)], ')')];
    const piece = this.#literal(value);
    const isTyped =
      typeof value !== 'object' ? typeof value !== 'bigint' : Array.isArray(value) || value instanceof Date;
    const beside = typeof raw.defaultRaw === 'string' && isGiven ? this.#value('defaultRaw') : [];
    return [list('.default(', [isTyped || isRaw(value) ? piece : chain(piece, [' as never'])], ')'), ...beside];
  }

  /** Writes in what a column may differ from its declaration. */
  #ignored(): Piece[] {
    const ignored = textsOf(this.#raw.ignoreSchemaChanges);
    return ignored ? [call('ignoreSchemaChanges', ignored)] : [];
  }

  /** Writes the actions of a foreign key. */
  #rules(): Piece[] {
    return [
      ...this.#value('deleteRule'),
      ...this.#value('updateRule'),
      ...this.#value('deferMode'),
      ...(this.#raw.createForeignKeyConstraint === false ? ['.createForeignKeyConstraint(false)'] : []),
      ...this.#value('foreignKeyName'),
      ...(this.#raw.fixedOrder === true && this.#raw.fixedOrderColumn === undefined ? ['.fixedOrder()'] : []),
      ...this.#value('fixedOrderColumn'),
    ];
  }

  #check(): Piece[] {
    const sql = propertyCheck(this.#declared, this.#prop.name, this.#reading);
    return sql === undefined ? [] : [list('.check(', [stringLiteral(sql)], ')')];
  }

  #sql(option: string): Piece[] {
    const sql = evaluated(this.#raw[option], propertyArguments(this.#declared.meta), this.#reading.platform);
    return sql === undefined ? [] : [list(`.${option}(`, [stringLiteral(sql)], ')')];
  }

  #function(option: 'onCreate' | 'onUpdate'): Piece[] {
    const work = this.#raw[option];
    if (typeof work !== 'function') return [];
    const written = functionSource(work as () => unknown, this.#context.imports);
    if ('source' in written) {
      const isTyped = VALUES[answerOf(written.source) ?? '']?.includes(logicalType(this.#prop)) && !this.#prop.items;
      return [`.${option}(${isTyped ? written.source : untypedFunction(written.source)})`];
    }
    this.remarks.push(`${option} is left out, because it uses ${written.needs.join(', ')}, which may change`);
    return [];
  }

  /** Inside an embedded property that is not stored, a single property may be stored. */
  #persist(): Piece[] {
    const { persist } = this.#raw;
    if (this.#prop.kind === ReferenceKind.EMBEDDED) return persist === false ? ['.persist(false)'] : [];
    return persist === true && this.#declared.meta.embeddable ? ['.persist()'] : [];
  }

  /** MikroORM recognizes an array of an enum when it reads types from a file. */
  #array(): Piece[] {
    const { items, array } = this.#prop;
    return (this.#raw.array ?? (items && array)) === true ? ['.array()'] : [];
  }

  #flag(option: string): Piece[] {
    return this.#raw[option] === true ? [`.${option}()`] : [];
  }

  /** Writes an option that may be on, off, or a name. */
  #switch(option: string, usual: boolean | undefined): Piece[] {
    const value = this.#raw[option];
    if (value === undefined || value === usual) return [];
    return [value === true ? `.${option}()` : list(`.${option}(`, [this.#literal(value)], ')')];
  }

  /** A number that is the whole key counts by default. */
  #autoincrement(): Piece[] {
    const { meta } = this.#declared;
    const { kind } = this.#prop;
    const isKey = this.#raw.primary === true && !meta.compositePK && kind === ReferenceKind.SCALAR;
    const usual = isKey && this.#reading.platform.isNumericProperty(this.#prop);
    if (!usual) return this.#switch('autoincrement', false);
    return isCopiedCounting(this.#raw, meta, this.#reading)
      ? ['.autoincrement()']
      : this.#switch('autoincrement', true);
  }

  #value(option: string): Piece[] {
    return valueCall(this.#property, option);
  }

  #texts(one: string, several: string): Piece[] {
    const texts = textsOf(this.#raw[several] ?? this.#raw[one]);
    return texts ? [call(texts.length === 1 ? one : several, texts)] : [];
  }

  #literal(value: unknown): Piece {
    return literal(value, this.#context.imports) ?? 'undefined';
  }
}

/**
 * Tells whether copies of a key in other tables have their own counter. On PostgreSQL they do (as an unused `serial`) if the key
 * was declared to count, or has a counting type, before MikroORM read its column.
 */
function isCopiedCounting({ autoincrement, type }: DeclaredProperty, meta: EntityMetadata, reading: Reading): boolean {
  const counts = autoincrement ?? (type === Number || type === BigInt || type === 'number' || type === 'bigint');
  if (counts !== true) return false;
  const isAmongTargets = ({ kind, polymorphTargets }: EntityProperty) =>
    kind === ReferenceKind.MANY_TO_MANY && polymorphTargets?.includes(meta) === true;
  return (
    meta.root.inheritanceType === 'tpt' ||
    meta.relations.some(({ discriminator, owner }) => owner && discriminator) ||
    [...reading.metadata].some(({ relations }) => relations.some(isAmongTargets))
  );
}

function textsOf(value: unknown): string[] | undefined {
  const texts = [value].flat().filter(text => typeof text === 'string');
  return texts.length > 0 ? texts : undefined;
}

function call(name: string, texts: readonly string[]): Piece {
  return list(`.${name}(`, texts.map(stringLiteral), ')');
}

/** A property, as declared and as an ORM describes it. */
interface PropertyContext {
  readonly declared: DeclaredEntity;
  readonly raw: DeclaredProperty;
  readonly prop: EntityProperty;
  readonly reading: Reading;
  readonly context: BlockContext;
}

/** Writes the owner of a relation and its pivot table, as calls. */
function relationCalls(property: PropertyContext): Piece[] {
  const { kind, owner, mappedBy, inversedBy } = property.prop;
  if (kind === ReferenceKind.SCALAR || kind === ReferenceKind.EMBEDDED) return [];
  if (!owner && kind !== ReferenceKind.MANY_TO_ONE) return [`.mappedBy(${stringLiteral(mappedBy)})`];
  const inverse = (property.raw.inversedBy ?? property.raw.mappedBy) ? inversedBy : undefined;
  const { targetMeta } = property.prop;
  // Of an entity of another Schema, a version contains only the keys.
  const isOwn = targetMeta !== undefined && property.context.exportOf(targetMeta.className) !== undefined;
  const isNamed = inverse !== undefined && isOwn && hasInverse(property.prop, inverse);
  return [
    ...(isNamed ? [`.inversedBy(${stringLiteral(inverse)})`] : []),
    ...between(property),
    ...valueCall(property, 'discriminator'),
    ...discriminatorMap(property),
    ...valueCall(property, 'targetKey'),
  ];
}

/** Writes an option with its value, as a call. */
function valueCall({ raw, context: { imports } }: PropertyContext, option: string): Piece[] {
  const value = raw[option];
  if (value === undefined || value === null) return [];
  return [list(`.${option}(`, [literal(value, imports) ?? 'undefined'], ')')];
}

/** Writes the pivot table: its entity, or only its name. */
function between(property: PropertyContext): Piece[] {
  const { raw, prop, reading, declared, context } = property;
  const entity = raw.pivotEntity && prop.pivotEntity ? reading.metadata.find(prop.pivotEntity)?.className : undefined;
  if (entity === undefined) return valueCall(property, 'pivotTable');
  return [`.pivotEntity(() => ${exportedTarget(`${declared.meta.className}.${prop.name}`, entity, context)})`];
}

/** An inverse side that is left out is not named. */
function hasInverse({ targetMeta }: EntityProperty, name: string): boolean {
  const other = targetMeta && propertyOf(targetMeta, name);
  return other !== undefined && other.persist !== false;
}

function discriminatorMap({ raw, prop, reading }: PropertyContext): Piece[] {
  if (!raw.discriminatorMap) return [];
  const items = Object.entries(prop.discriminatorMap ?? {}).map(
    ([value, type]) => `${keyLiteral(value)}: ${stringLiteral(reading.metadata.get(type).className)}`,
  );
  return [list('.discriminatorMap(', [record(items)], ')')];
}

/** Whether a property has foreign keys, also those in a pivot table. */
function hasKeys(prop: EntityProperty): boolean {
  return isToOne(prop) || (prop.kind === ReferenceKind.MANY_TO_MANY && prop.owner);
}
