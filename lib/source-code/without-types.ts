import traverse from '@babel/traverse';
import MagicText from 'magic-string';
import { endOf, parseFile, startOf } from './javascript.ts';

type File = Parameters<typeof traverse>[0];

/** Turns TypeScript that this library wrote into JavaScript, in the same layout. */
export function withoutTypes(text: string): string {
  const file = parseFile(text);
  if (!file) return text;
  const out = new MagicText(text);
  removeTypes(out, text, file);
  return out.toString();
}

/** Removes the types that this library writes: annotations, casts, type arguments and `override`. */
export function removeTypes(out: MagicText, text: string, file: File): void {
  traverse(file, {
    noScope: true,
    'TSTypeAnnotation|TSTypeParameterInstantiation': ({ node }) => void out.remove(startOf(node), endOf(node)),
    TSAsExpression: ({ node }) => {
      const type = startOf(node.typeAnnotation);
      const cast = /\s+as\s+$/.exec(text.slice(0, type))?.[0] ?? '';
      out.remove(type - cast.length, endOf(node));
    },
    'ClassMethod|ClassProperty': ({ node }) => {
      const head = 'key' in node ? text.slice(startOf(node), startOf(node.key)) : '';
      const word = /\boverride\s+/.exec(head);
      if (word) out.remove(startOf(node) + word.index, startOf(node) + word.index + word[0].length);
    },
  });
}
