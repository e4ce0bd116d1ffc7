import * as core from '@mikro-orm/core';
import { Type } from '@mikro-orm/core';
import { SchemaDefinitionError } from '../errors.ts';
import { sqlExports as sql } from '../mikro-orm/sql-exports.ts';
import { closing, freeNames } from '../source-code/free-names.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { significant, tidy, tokensOf, type Token } from '../source-code/javascript.ts';

/** The class of a custom type. */
export type TypeClass = abstract new (...args: never[]) => Type<unknown>;

const packages: readonly (readonly [string, object])[] = [
  ['@mikro-orm/core', core],
  ['@mikro-orm/sql', sql],
];

/** The package of MikroORM's that a class comes from, if it does. */
export function packageOf(type: TypeClass): string | undefined {
  return packages.find(([, exported]) => Reflect.get(exported, type.name) === type)?.[0];
}

/** The custom types a class extends, from the ground up, and the class itself: MikroORM's own are not among them. */
export function withBases(type: TypeClass): TypeClass[] {
  const classes: TypeClass[] = [];
  for (
    let base: TypeClass = type;
    packageOf(base) === undefined && base !== Function.prototype;
    base = Object.getPrototypeOf(base)
  ) {
    classes.unshift(base);
  }
  return classes;
}

/** Tells whether two classes were written the same, whatever a compiler made of them. */
export function sameType(a: TypeClass, b: TypeClass): boolean {
  const [one, other] = [a, b].map(type =>
    significant(tokensOf(tidy(String(type))))
      .map(token => token.text)
      .join(' '),
  );
  return one === other;
}

/**
 * Writes the class of a custom type as source that stands in a version file. It goes on meaning what it means now, so it
 * may use MikroORM and JavaScript and nothing else of the application.
 *
 * @throws SchemaDefinitionError if it uses anything else.
 */
export function typeSource(type: TypeClass, imports: Imports): string {
  const source = tidy(String(type));
  const base: TypeClass = Object.getPrototypeOf(type);
  const free = freeNames(source).filter(
    name => name !== type.name && (name !== base.name || packageOf(base) !== undefined),
  );
  for (const name of free) {
    const [found] = packages.filter(([, exported]) => name in exported);
    if (!found)
      throw cannotFreeze(type, `uses ${free.filter(other => !(other in core) && !(other in sql)).join(', ')}`);
    imports.use(found[0], name);
  }
  return `export ${spaced(annotate(source, base))}`;
}

/** Members are set apart by a line, as a person does. */
function spaced(source: string): string {
  return source.replaceAll(/^ {2}\}\n(?= {2}\S)/gm, '  }\n\n');
}

/** @returns what to throw for a custom type that would not stay what it is. */
export function cannotFreeze({ name }: { readonly name: string }, reason: string): SchemaDefinitionError {
  return new SchemaDefinitionError(
    `the custom type ${name || '(without a name)'} ${reason}, which a frozen version cannot hold: ` +
      'make it a class that needs nothing but MikroORM, or copy it into a version file and export it there',
  );
}

/** What types were taken away from says nothing of its parameters: strict TypeScript wants to hear something. */
function annotate(source: string, base: TypeClass): string {
  const tokens = tokensOf(source);
  const words = tokens.map((token, index) => ({ ...token, index })).filter(({ kind }) => kind !== 'space');
  const inserted = new Map<number, string>();
  const insert = (at: number, text: string) => inserted.set(at, (inserted.get(at) ?? '') + text);
  let depth = 0;
  for (const [position, { text, index, kind }] of words.entries()) {
    const [last, next] = [words[position - 1], words[position + 1]];
    if (kind === 'mark' && /^[([{]$/.test(text)) {
      const end = closing(words, position);
      const follows = words[end + 1]?.text;
      const isMethod = depth === 1 && text === '(' && follows === '{' && last?.kind === 'word';
      if (isMethod && Reflect.has(base.prototype, last.text) && last.text !== 'constructor') override(position - 1);
      if (text === '(' && (follows === '=>' || isMethod)) parameters(words.slice(position + 1, end));
      depth += 1;
    }
    if (kind === 'mark' && /^[)\]}]$/.test(text)) depth -= 1;
    if (kind === 'word' && next?.text === '=>' && last?.text !== 'async') {
      insert(index, '(');
      insert(index + 1, ': any)');
    }
    // What it converts is told nowhere any more.
    if (depth === 0 && kind === 'word' && last?.text === 'extends' && base === Type) insert(index + 1, '<any, any>');
    // a field without a value
    if (depth === 1 && kind === 'word' && next?.text === ';' && /^(?:[{};]|static)$/.test(last?.text ?? ''))
      insert(index + 1, ': any');
  }
  return (
    tokens.map(({ text }, index) => (inserted.get(index) ?? '') + text).join('') + (inserted.get(tokens.length) ?? '')
  );

  function override(position: number): void {
    let first = position;
    while (/^(?:get|set|async|static|\*)$/.test(words[first - 1]?.text ?? '')) first -= 1;
    // `static` comes before it
    if (words[first]?.text === 'static') first += 1;
    insert(words[first]?.index ?? 0, 'override ');
  }

  function parameters(list: readonly (Token & { readonly index: number })[]): void {
    for (let at = 0; at < list.length;) {
      const first = list[at];
      const rest = first?.text === '...';
      const name = rest ? list[at + 1] : first;
      const end = name?.kind === 'word' ? at + (rest ? 1 : 0) : closing(list, at + (rest ? 1 : 0));
      const after = list[end + 1]?.text;
      if (after === ',' || after === undefined) insert((list[end]?.index ?? 0) + 1, rest ? ': any[]' : ': any');
      at = nextComma(list, end) + 1;
    }
  }
}

function nextComma(list: readonly Token[], from: number): number {
  for (let index = from + 1; index < list.length; index += 1) {
    if (list[index]?.text === ',') return index;
    if (/^[([{]$/.test(list[index]?.text ?? '')) index = closing(list, index);
  }
  return list.length;
}
