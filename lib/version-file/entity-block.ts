import { SchemaDefinitionError } from '../errors.ts';
import { by } from '../models/description.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { layOut, list, type Piece } from '../source-code/layout.ts';
import type { TypeClass } from './custom-types.ts';

/** One entity as source: what a version file says of it. */
export interface Block {
  /** The entity's name. */
  readonly name: string;
  /** What the file exports it as. */
  readonly exported: string;
  readonly embeddable: boolean;
  /** It was written with bases, which are not there any more. */
  readonly isFlattened: boolean;
  /** The entities whose definitions are a part of this one's: what it extends, and what it embeds. */
  readonly parts: readonly string[];
  /** Everything but lists and properties, in order. */
  readonly options: readonly Piece[];
  readonly lists: readonly BlockList[];
  readonly properties: readonly BlockProperty[];
  readonly types: readonly TypeClass[];
  readonly imports: Imports;
}

/** Indexes, checks and the like. */
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
  /** What cannot be written, and why. */
  readonly remarks: readonly string[];
  readonly piece: Piece;
}

/** What everything in a block is written with. */
export interface BlockContext {
  readonly imports: Imports;
  /** What the entity is called where it may be named; `undefined` if the version does not have it. */
  exportOf(entity: string): string | undefined;
  useType(type: TypeClass): void;
  /** Tells whether a property may be null for now, whatever it says. */
  isNullable(property: string): boolean;
}

/** Names that are taken in a version file. */
const TAKEN = new Set(
  'default em await break case catch class const continue debugger delete do else enum export extends false finally for function if import in instanceof let new null return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

/** What a version file exports an entity as: its name, if that can be one. */
export function exportName(entity: string): string {
  const name = entity.replaceAll(/[^\p{ID_Continue}$]/gu, '_').replace(/^(?=\d)/, '_');
  return TAKEN.has(name) ? `${name}_` : name;
}

/** What a relation names.
 *
 * @throws {@link SchemaDefinitionError} for an entity that is another Schema's.
 */
export function exportedTarget(path: string, target: string, context: BlockContext): string {
  const exported = context.exportOf(target);
  if (exported !== undefined) return exported;
  throw new SchemaDefinitionError(
    `${path} refers to ${target}, which is not of this Schema: a frozen version holds its own entities only; ` +
      `add ${target} to the entities of the Schema, or keep its key as a plain property`,
  );
}

/** The source of a block, as it stands in a version file. */
export function blockSource({ exported, options, lists, properties, imports }: Block): string {
  const define = imports.use('@mikro-orm/core', 'defineEntity');
  return [
    `export const ${exported} = ${define}({`,
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
 * Tells whether two blocks say the same; in which order they say it does not matter, but for the primary key. What could not
 * be written is in neither of them.
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

/** What of an entity is not as the application has it. */
export interface BlockChanges {
  /** Properties of the version before that stay for now. */
  readonly kept?: readonly string[];
  /** New properties that may be null for now. */
  readonly nullable?: readonly string[];
}

/** Puts properties of an earlier version back, with the indexes they stand in. */
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
