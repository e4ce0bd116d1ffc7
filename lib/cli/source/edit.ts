import MagicText from 'magic-string';
import { findClass, type Place } from './find-class.ts';
import { parseSource } from './parse.ts';
import { styleOf, type Style } from './style.ts';
import type { ClassNode, File } from './syntax.ts';

/** A file that is being changed: all positions are those of the text as it was. */
export interface Edit {
  readonly text: string;
  readonly file: File;
  /** The class of the Schema. */
  readonly node: ClassNode;
  readonly style: Style;
  readonly out: MagicText;
}

/**
 * Opens a file to be changed.
 *
 * @throws UsageError if it does not parse, or has no such class
 */
export function openEdit(text: string, place: Place): Edit {
  const file = parseSource(text, place.path);
  const { node } = findClass(file, place);
  return { text, file, node, style: styleOf(text, file, node), out: new MagicText(text) };
}

/** The end of the line of a place, if nothing but a comment follows there; or else the place itself. */
export function lineEnd(text: string, at: number): number {
  const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/[ \t]*)?(?=\r?\n|$)/.exec(text.slice(at));
  return at + (rest?.[0].length ?? 0);
}
