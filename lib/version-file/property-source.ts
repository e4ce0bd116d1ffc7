import { ReferenceKind, type EntityProperty } from '@mikro-orm/core';
import { by } from '../models/compact.ts';
import { isStored } from '../models/properties.ts';
import type { Reading } from '../models/reading.ts';
import { chain, labelled, list } from '../source-code/layout.ts';
import { keyLiteral } from '../source-code/literals.ts';
import { exportedTarget, type BlockContext, type BlockProperty } from './entity-block.ts';
import { PropertyOptions } from './property-options.ts';
import { typeHead, type Head } from './type-source.ts';
import { namesOf, propertyOf, type Written, type WrittenProperty } from './declared-entities.ts';

/**
 * Writes a property as a person would have: `species: p.string().length(80)`. Left out is what is no storage and reads
 * nothing of it.
 *
 * @returns `undefined` for a property that is left out
 * @throws SchemaDefinitionError for a property that refers to what the version does not have.
 */
export function propertySource(
  written: Written,
  key: string,
  reading: Reading,
  context: BlockContext,
): BlockProperty | undefined {
  const asWritten = written.properties.get(key) ?? {};
  const raw = context.isNullable(key) ? { ...asWritten, nullable: true } : asWritten;
  const prop = propertyOf(written.meta, key);
  if (!prop || !isWorthKeeping(raw, prop, reading, context)) return undefined;
  const p = context.imports.use('@mikro-orm/core', 'p');
  const head = headOf(written, raw, prop, context);
  const options = new PropertyOptions({ written, raw, prop, reading, context }, head.said);
  // Entities may be written in any order: what names one waits until all are there.
  const isDeferred = prop.kind !== ReferenceKind.SCALAR;
  return {
    key: prop.name,
    isPrimary: raw.primary === true,
    piece: labelled(
      `${keyLiteral(prop.name)}: ${isDeferred ? '() => ' : ''}`,
      chain(p, [...head.calls, ...options.calls()]),
    ),
    remarks: options.remarks,
  };
}

function isWorthKeeping(raw: WrittenProperty, prop: EntityProperty, reading: Reading, context: BlockContext): boolean {
  if (raw.persist === false || raw.formula || raw.through) return false;
  if (prop.kind === ReferenceKind.EMBEDDED || isStored(prop)) return true;
  // The other side of a relation is kept for reading, if there is one.
  const owner = prop.targetMeta && reading.metadata.find(prop.targetMeta.class);
  const other = owner && propertyOf(owner, prop.mappedBy);
  return other !== undefined && isStored(other) && targetsOf(prop).every(name => context.exportOf(name) !== undefined);
}

const relations: Partial<Record<ReferenceKind, string>> = {
  [ReferenceKind.EMBEDDED]: 'embedded',
  [ReferenceKind.MANY_TO_ONE]: 'manyToOne',
  [ReferenceKind.ONE_TO_ONE]: 'oneToOne',
  [ReferenceKind.ONE_TO_MANY]: 'oneToMany',
  [ReferenceKind.MANY_TO_MANY]: 'manyToMany',
};

function headOf({ meta }: Written, raw: WrittenProperty, prop: EntityProperty, context: BlockContext): Head {
  const relation = relations[prop.kind];
  if (relation === undefined) return typeHead(raw, prop, context);
  const targets = targetsOf(prop).map(target => exportedTarget(`${meta.className}.${prop.name}`, target, context));
  return {
    calls: [targets.length > 1 ? list(`.${relation}([`, targets, '])') : `.${relation}(${targets[0]})`],
    said: [],
  };
}

/** The entities a relation points to. */
function targetsOf(prop: EntityProperty): string[] {
  if (prop.kind === ReferenceKind.EMBEDDED) return namesOf(prop.type);
  const several = prop.polymorphTargets?.map(meta => meta.className) ?? [];
  return several.length > 1 ? several.toSorted(by(name => name)) : [prop.targetMeta?.className ?? prop.type];
}
