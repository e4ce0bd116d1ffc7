import { SchemaDefinitionError } from '../errors.ts';
import { by } from '../models/description.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { layOut, list, type Piece } from '../source-code/layout.ts';
import type { TypeClass } from './custom-types.ts';

/** The source of one entity in a version file. */
export interface Block {
  /** The entity's name. */
  readonly name: string;
  /** The name of its export. */
  readonly exported: string;
  readonly embeddable: boolean;
  /** Whether it was declared with bases, which are merged into it. */
  readonly isFlattened: boolean;
  /** The entities that its declaration contains: the one it extends, and those it embeds. */
  readonly parts: readonly string[];
  /** All other options, in order. */
  readonly options: readonly Piece[];
  readonly lists: readonly BlockList[];
  readonly properties: readonly BlockProperty[];
  readonly types: readonly TypeClass[];
  readonly imports: Imports;
  /** The entities of other Schemas that it refers to. */
  readonly outsiders: readonly string[];
}

/** An index, check or similar item. */
export interface BlockList {
  readonly name: string;
  readonly items: readonly BlockItem[];
}

export interface BlockItem {
  readonly piece: Piece;
  /** The properties it names. */
  readonly properties: readonly string[];
}

export interface BlockProperty {
  readonly key: string;
  readonly isPrimary: boolean;
  /** Items that cannot be written, and why. */
  readonly remarks: readonly string[];
  readonly piece: Piece;
}

/** The input for all parts of a block. */
export interface BlockContext {
  readonly imports: Imports;
  /** Returns the export name of an entity; `undefined` if the version does not contain it. */
  exportOf(entity: string): string | undefined;
  /** Learns that an entity of another Schema is referred to. Returns its name in the file; `undefined` if there is no such entity. */
  useOutsider(entity: string): string | undefined;
  useType(type: TypeClass): void;
  /** Tells whether a property is nullable for now, despite its declaration. */
  isNullable(property: string): boolean;
}

/** Names that a version file cannot use. */
const TAKEN = new Set(
  'default em await break case catch class const continue debugger delete do else enum export extends false finally for function if import in instanceof let new null return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

/** Returns the export name of an entity: its name, if that is a valid identifier. */
export function exportName(entity: string): string {
  const name = entity.replaceAll(/[^\p{ID_Continue}$]/gu, '_').replace(/^(?=\d)/, '_');
  return TAKEN.has(name) ? `${name}_` : name;
}

/**
 * Returns the export name of a relation's target.
 *
 * @throws {@link SchemaDefinitionError} for a target without storage
 */
export function exportedTarget(path: string, target: string, context: BlockContext): string {
  const exported = context.exportOf(target) ?? context.useOutsider(target);
  if (exported !== undefined) return exported;
  throw new SchemaDefinitionError(
    `${path} refers to ${target}, which is not an entity of this Schema, and a frozen version contains only its own entities. Add ${target} to the entities of the Schema, or keep its key as a plain property.`,
  );
}

/** Writes the source of a block. One of another Schema is not exported as an entity. */
export function blockSource({ exported, options, lists, properties, imports }: Block, isOutsider = false): string {
  const define = imports.use('@mikro-orm/core', 'defineEntity');
  return [
    `${isOutsider ? '' : 'export '}const ${exported} = ${define}({`,
    ...[...options, ...lists.map(listPiece)].map(item => `  ${layOut(item, '  ', 1)},`),
    ...(properties.length === 0
      ? ['  properties: {},']
      : ['  properties: {', ...properties.flatMap(propertyLines), '  },']),
    '});',
  ].join('\n');
}

function listPiece({ name, items }: BlockList): Piece {
  const pieces = items.map(({ piece }) => piece);
  return list(`${name}: [`, pieces, ']');
}

function propertyLines({ remarks, piece }: Block['properties'][number]): string[] {
  return [...remarks.map(remark => `    // ${remark}`), `    ${layOut(piece, '    ', 1)},`];
}

/**
 * Tells whether two blocks mean the same. The order of their parts does not matter, except in the primary key. Neither contains
 * the items that cannot be written.
 */
export function sameBlock(a: Block, b: Block): boolean {
  return meaningOf(a) === meaningOf(b);
}

function meaningOf({ options, lists, properties }: Block): string {
  return JSON.stringify([
    options.map(piece => layOut(piece)),
    lists.map(({ name, items }) => [name, items.map(({ piece }) => layOut(piece))]),
    properties.map(({ piece }) => layOut(piece)).toSorted(by(text => text)),
    properties.filter(({ isPrimary }) => isPrimary).map(({ key }) => key),
  ]);
}

/** Deviations of a version file from the application's entity. */
export interface BlockChanges {
  /** Properties of the version before that stay for now. */
  readonly kept?: readonly string[];
  /** New properties that are nullable for now. */
  readonly nullable?: readonly string[];
}

/** Adds properties of an earlier version, with the indexes that contain them. */
export function restored(block: Block, earlier: Block, kept: readonly string[]): Block {
  const lists = new Map(block.lists.map(({ name, items }) => [name, [...items]]));
  for (const { name, items } of earlier.lists) {
    const back = items.filter(({ properties }) => properties.some(key => kept.includes(key)));
    if (back.length > 0) lists.set(name, [...(lists.get(name) ?? []), ...back]);
  }
  return {
    ...block,
    imports: block.imports.with(earlier.imports),
    types: [...new Set([...block.types, ...earlier.types])],
    lists: [...lists].map(([name, items]) => ({ name, items })),
    properties: [...block.properties, ...earlier.properties.filter(({ key }) => kept.includes(key))],
  };
}
