import { ReferenceKind, type EntityProperty } from '@mikro-orm/core';
import type { Reading } from '../models/reading.ts';
import { list, record, type Piece } from '../source-code/layout.ts';
import { keyLiteral, literal, stringLiteral } from '../source-code/literals.ts';
import { exportedTarget, type BlockContext } from './entity-block.ts';
import { propertyOf, type Written, type WrittenProperty } from './declared-entities.ts';

/** A property, as it was written and as an ORM understands it. */
export interface WrittenContext {
  readonly written: Written;
  readonly raw: WrittenProperty;
  readonly prop: EntityProperty;
  readonly reading: Reading;
  readonly context: BlockContext;
}

/** To which side of a relation a property belongs, and what is between the two, as calls. */
export function relationCalls(property: WrittenContext): Piece[] {
  const { kind, owner, mappedBy, inversedBy } = property.prop;
  if (kind === ReferenceKind.SCALAR || kind === ReferenceKind.EMBEDDED) return [];
  if (!owner && kind !== ReferenceKind.MANY_TO_ONE) return [`.mappedBy(${stringLiteral(mappedBy)})`];
  const inverse = (property.raw.inversedBy ?? property.raw.mappedBy) ? inversedBy : undefined;
  const isNamed = inverse !== undefined && hasInverse(property.prop, inverse);
  return [
    ...(isNamed ? [`.inversedBy(${stringLiteral(inverse)})`] : []),
    ...between(property),
    ...valueCall(property, 'discriminator'),
    ...discriminatorMap(property),
    ...valueCall(property, 'targetKey'),
  ];
}

/** An option with the value it was given, as a call. */
export function valueCall({ raw, context: { imports } }: WrittenContext, option: string): Piece[] {
  const value = raw[option];
  if (value === undefined || value === null) return [];
  return [list(`.${option}(`, [literal(value, imports) ?? 'undefined'], ')')];
}

/** The table between two entities: one that somebody made an entity of, or just its name. */
function between(property: WrittenContext): Piece[] {
  const { raw, prop, reading, written, context } = property;
  const entity = raw.pivotEntity && prop.pivotEntity ? reading.metadata.find(prop.pivotEntity)?.className : undefined;
  if (entity === undefined) return valueCall(property, 'pivotTable');
  return [`.pivotEntity(() => ${exportedTarget(`${written.meta.className}.${prop.name}`, entity, context)})`];
}

/** An inverse side that is left out is not named. */
function hasInverse({ targetMeta }: EntityProperty, name: string): boolean {
  const other = targetMeta && propertyOf(targetMeta, name);
  return other !== undefined && other.persist !== false;
}

function discriminatorMap({ raw, prop, reading }: WrittenContext): Piece[] {
  if (!raw.discriminatorMap) return [];
  const items = Object.entries(prop.discriminatorMap ?? {}).map(
    ([value, type]) => `${keyLiteral(value)}: ${stringLiteral(reading.metadata.get(type).className)}`,
  );
  return [list('.discriminatorMap(', [record(items)], ')')];
}
