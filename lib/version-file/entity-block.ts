import { SchemaDefinitionError } from '../errors.ts';
import type { TypeClass } from './custom-types.ts';
import type { Imports } from '../source-code/import-lines.ts';
import type { Piece } from '../source-code/layout.ts';

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
const taken = new Set(
  'default em await break case catch class const continue debugger delete do else enum export extends false finally for function if import in instanceof let new null return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

/** What a version file exports an entity as: its name, if that can be one. */
export function exportName(entity: string): string {
  const name = entity.replaceAll(/[^\p{ID_Continue}$]/gu, '_').replace(/^(?=\d)/, '_');
  return taken.has(name) ? `${name}_` : name;
}

/** What a relation names.
 *
 * @throws SchemaDefinitionError for an entity that is another Schema's.
 */
export function exportedTarget(path: string, target: string, context: BlockContext): string {
  const exported = context.exportOf(target);
  if (exported !== undefined) return exported;
  throw new SchemaDefinitionError(
    `${path} refers to ${target}, which is not of this Schema: a frozen version holds its own entities only; ` +
      `add ${target} to the entities of the Schema, or keep its key as a plain property`,
  );
}
