import { defineEntity, EntitySchema, p, types } from '@mikro-orm/core';
import * as es from '@mikro-orm/decorators/es';

import type { Entities } from '../../support/databases.ts';
import * as legacy from './legacy-decorators.ts';
import type { EmbeddableSpec, EntitySpec, PropertySpec, SetSpec } from './set.ts';

/*
 * Declares a set of entities in the way it asks for. Decorators are functions, and are called as a compiler would have it.
 */

type Known = ReadonlyMap<string, unknown>;
type Call = (...given: unknown[]) => unknown;
type Named = Readonly<Record<string, Call>>;

/** Makes the entities again with each call. */
export function declare({ way, embeddables, entities }: SetSpec): Entities {
  const known = new Map<string, unknown>();
  const add = {
    defineEntity: defined,
    EntitySchema: schema,
    'es decorators': (spec: EntitySpec | EmbeddableSpec) => decorated(spec, known, 'es'),
    'legacy decorators': (spec: EntitySpec | EmbeddableSpec) => decorated(spec, known, 'legacy'),
  }[way];
  for (const spec of [...embeddables, ...entities]) known.set(spec.name, add(spec, known));
  return [...known.values()] as unknown as Entities;
}

/** Waits for all to be there. */
function pointedAt({ targets = [] }: PropertySpec, known: Known): unknown {
  const all = targets.map(name => known.get(name));
  return all.length > 1 ? all : all[0];
}

function optionsOf(spec: EntitySpec | EmbeddableSpec): Readonly<Record<string, unknown>> {
  return 'options' in spec ? spec.options : { embeddable: true };
}

function baseOf(spec: EntitySpec | EmbeddableSpec): string | undefined {
  return 'extends' in spec ? spec.extends : undefined;
}

function schema(spec: EntitySpec | EmbeddableSpec, known: Known): unknown {
  const base = baseOf(spec);
  const properties = spec.properties.map(property => {
    const entity = property.targets && { entity: () => pointedAt(property, known) };
    const kind = property.kind === 'scalar' ? {} : { kind: property.kind };
    return [property.name, { ...kind, ...entity, ...property.options }] as const;
  });
  return new EntitySchema({
    name: spec.name,
    ...(base !== undefined && { extends: known.get(base) }),
    ...optionsOf(spec),
    properties: Object.fromEntries(properties),
  } as never);
}

const CALLS: Readonly<Record<string, string>> = {
  embedded: 'embedded',
  'm:1': 'manyToOne',
  '1:1': 'oneToOne',
  '1:m': 'oneToMany',
  'm:n': 'manyToMany',
};
/** Options that several values are given to as several arguments. */
const SPREAD = new Set(['columnTypes', 'fieldNames', 'inverseJoinColumns', 'joinColumns', 'referencedColumnNames']);

function defined(spec: EntitySpec | EmbeddableSpec, known: Known): unknown {
  const base = baseOf(spec);
  const properties = spec.properties.map(property => [property.name, () => built(property, known)] as const);
  return (defineEntity as Call)({
    name: spec.name,
    ...(base !== undefined && { extends: known.get(base) }),
    ...optionsOf(spec),
    properties: Object.fromEntries(properties),
  });
}

function built(property: PropertySpec, known: Known): unknown {
  const { type, enum: isEnum, items, ...options } = property.options;
  const builders = p as unknown as Named;
  const relation = CALLS[property.kind];
  const name = typeof type === 'string' && Object.hasOwn(types, type) ? type : undefined;
  let builder: unknown =
    relation !== undefined
      ? builders[relation]?.(pointedAt(property, known))
      : isEnum
        ? builders['enum']?.(items)
        : name !== undefined
          ? builders[name]?.()
          : builders['type']?.(type);
  if (isEnum && type !== undefined) builder = (builder as Named)['type']?.(type);
  for (const [call, value] of Object.entries(options)) {
    const given = SPREAD.has(call) ? [value].flat() : [value];
    builder = (builder as Named)[call]?.(...given) ?? builder;
  }
  return builder;
}

const DECORATORS: Readonly<Record<string, string>> = {
  embedded: 'Embedded',
  'm:1': 'ManyToOne',
  '1:1': 'OneToOne',
  '1:m': 'OneToMany',
  'm:n': 'ManyToMany',
};

function decorated(spec: EntitySpec | EmbeddableSpec, known: Known, kind: 'es' | 'legacy'): unknown {
  const decorators = (kind === 'es' ? es : legacy) as unknown as Named;
  const base = (known.get(baseOf(spec) ?? '') ?? Nothing) as new () => object;
  const { [spec.name]: type = Nothing } = { [spec.name]: class extends base {} };
  const metadata = Object.create((Reflect.get(base, METADATA) as object | undefined) ?? null) as object;
  Object.defineProperty(type, METADATA, { value: metadata });
  for (const property of spec.properties) {
    const decorator = decoratorOf(property, known, decorators) as Call;
    if (kind === 'es') decorator(undefined, { kind: 'field', name: property.name, metadata });
    else decorator(type.prototype, property.name);
  }
  const { indexes = [], uniques = [], checks = [], triggers = [], embeddable, ...options } = optionsOf(spec);
  const parts = { Index: indexes, Unique: uniques, Check: checks, Trigger: triggers };
  const asClass = (decorator: unknown) => {
    if (kind === 'es') (decorator as Call)(type, { kind: 'class', name: spec.name, metadata });
    else (decorator as Call)(type);
  };
  for (const [name, given] of Object.entries(parts))
    for (const part of given as object[]) asClass(decorators[name]?.({ ...part }));
  asClass(embeddable ? decorators['Embeddable']?.(options) : decorators['Entity']?.({ ...options }));
  return type;
}

/** What a class without a base extends: discovery passes it over. */
const Nothing = Object as unknown as new () => object;

/** Where a class keeps the metadata of standard decorators; the engine has no name for it yet. */
const METADATA = Symbol('metadata of decorators');

function decoratorOf(property: PropertySpec, known: Known, decorators: Named): unknown {
  const { enum: isEnum, primary, ...options } = property.options;
  const relation = DECORATORS[property.kind];
  if (relation !== undefined) {
    const given = { entity: () => pointedAt(property, known), ...(primary === true && { primary }), ...options };
    return decorators[relation]?.(given);
  }
  if (isEnum) return decorators['Enum']?.({ ...options, ...(primary === true && { primary }) });
  return primary === true ? decorators['PrimaryKey']?.({ ...options }) : decorators['Property']?.({ ...options });
}
