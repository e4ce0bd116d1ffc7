import { ReferenceKind, type EntityProperty } from '@mikro-orm/core';
import { asJsonb } from '../../rows/canonical/jsonb-text.ts';
import { isStored, logicalType } from '../../models/describe-properties.ts';
import type { CellValues } from './cell-values.ts';
import { anyMoment } from './moment-cells.ts';
import { anyText } from './text-cells.ts';
import type { Random } from './random.ts';

const DOCUMENTS: readonly unknown[] = [
  null,
  {},
  [],
  'word',
  0,
  true,
  false,
  [null, [null]],
  { a: { b: { c: [1, 'two', 3.5, null, { d: false }] } } },
  { '': 0, 'a.b': 1, "it's": '"', ключ: '👩‍🚀' },
  -1.5,
];

/** Makes JSON documents of any shape: `null` in JSON too, which is not the same as null in SQL. */
export function jsonValues(): CellValues {
  return {
    special: DOCUMENTS.map(jsonCell),
    random: random => jsonCell(document(random)),
    plain: random => jsonCell({ n: random.below(100) }),
  };
}

/** Makes the documents of an embeddable: what an entity reads back as it was. */
export function embeddedValues(prop: EntityProperty): CellValues {
  const make = (random: Random, isPlain: boolean) => {
    if (!prop.array) return embedded(prop, random, isPlain);
    return random.list(random.below(4), () => embedded(prop, random, isPlain));
  };
  return {
    special: [],
    random: random => jsonCell(make(random, false)),
    plain: random => jsonCell(make(random, true)),
  };
}

/** MikroORM reads a document that is a text as JSON once more, if it looks like it. */
function document(random: Random): unknown {
  const value = anyJson(random, 3);
  return typeof value === 'string' ? `text ${value}` : value;
}

function jsonCell(value: unknown): string {
  return `[${asJsonb(JSON.stringify(value))}]`;
}

function anyJson(random: Random, depth: number): unknown {
  const kind = random.below(depth > 0 ? 7 : 5);
  if (kind === 0) return null;
  if (kind === 1) return random.chance(0.5);
  if (kind === 2) return random.between(-1_000_000, 1_000_000) / 4;
  if (kind < 5) return anyText(random, 12);
  if (kind === 5) return random.list(random.below(4), () => anyJson(random, depth - 1));
  return Object.fromEntries(random.list(random.below(4), () => [anyText(random, 6), anyJson(random, depth - 1)]));
}

function embedded(prop: EntityProperty, random: Random, isPlain: boolean): Record<string, unknown> {
  const parts = Object.values((prop.embeddedProps ?? {}) as Record<string, EntityProperty>).filter(isStored);
  const { polymorphs, discriminatorColumn } = prop.targetMeta ?? {};
  const variant = polymorphs && polymorphs.length > 0 ? random.pick(polymorphs) : undefined;
  const entries = parts.flatMap((part): [string, unknown][] => {
    const inner = part.embedded?.[1] ?? part.name;
    const key = part.fieldNames[0] as string;
    if (variant && inner === discriminatorColumn) return [[key, variant.discriminatorValue]];
    if (variant && !(inner in variant.properties)) return [];
    if (part.nullable && random.chance(0.3)) return [[key, null]];
    return [[key, embeddedValue(part, random, isPlain)]];
  });
  return Object.fromEntries(entries);
}

function embeddedValue(part: EntityProperty, random: Random, isPlain: boolean): unknown {
  if (part.kind === ReferenceKind.EMBEDDED) {
    if (!part.array) return embedded(part, random, isPlain);
    return random.list(random.below(3), () => embedded(part, random, isPlain));
  }
  if (part.items) return part.array ? random.shuffled(part.items).slice(0, 2) : random.pick(part.items);
  const type = logicalType(part);
  if (/int/.test(type)) return type === 'bigint' ? String(random.below(1e9)) : random.below(10_000);
  if (/float|double/.test(type)) return random.below(10_000) / 4;
  if (type === 'decimal') return String(random.below(10_000) / 4);
  if (type === 'boolean') return random.chance(0.5);
  if (type === 'datetime') return new Date(anyMoment(random)).toISOString();
  if (type === 'date') return new Date(anyMoment(random)).toISOString().slice(0, 10);
  if (type === 'json') return isPlain ? {} : document(random);
  if (type === 'array') return random.list(random.below(3), () => anyText(random, 5));
  return anyText(random, Math.min(part.length ?? 20, 20));
}
