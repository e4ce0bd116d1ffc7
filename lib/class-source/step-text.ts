import MagicText from 'magic-string';
import { removeTypes } from '../source-code/without-types.ts';
import type { WantedName } from './source-edit.ts';
import { requoted, type SourceStyle } from './source-style.ts';
import { endOf, parseSource, partsOf, startOf, walk, type ParsedSource, type Syntax } from './syntax.ts';

/** The text of a step, outside of its class. */
export interface TakenStep {
  readonly version: number;
  /** The upgrade and the way back, with the comments right above them. The first line of each has no indentation. */
  readonly methods: readonly string[];
  /** The entry in `steps`: `7: { compatible: 6 }`. */
  readonly entry: string | undefined;
  /** The imports of its file that it uses. */
  readonly uses: readonly WantedName[];
}

type Names = ReadonlyMap<string, string>;

// A method can be parsed only inside a class.
const HEAD = 'class Step {\n';

function parseMethod(method: string): ParsedSource {
  return parseSource(`${HEAD}${method}\n}`, 'the step');
}

function methodIn(out: MagicText, tail: number): string {
  return out.toString().slice(HEAD.length, -tail);
}

/** Renames free names in a piece of code. */
function rename(source: ParsedSource, out: MagicText, names: Names): void {
  for (const { name, start, end, isShorthand } of walk(source).uses) {
    const other = names.get(name);
    if (other === undefined || other === name) continue;
    out.update(start ?? 0, end ?? 0, isShorthand ? `${name}: ${other}` : other);
  }
}

/** Rewrites a method with the local names of a file, and its line ends. */
export function renamed(method: string, names: Names, { eol }: SourceStyle): string {
  const source = parseMethod(method);
  const out = new MagicText(source.text);
  rename(source, out, names);
  return methodIn(out, 2).replaceAll(/\r?\n/g, eol);
}

/**
 * Rewrites a method in the style of a file.
 *
 * @param method indented by two spaces inside, with single quotes and semicolons
 * @returns its lines with the indentation of a member, except the first
 */
export function restyled(method: string, style: SourceStyle): string {
  const source = parseMethod(method);
  const { text } = source;
  const out = new MagicText(text);
  for (const node of partsOf(source, 'StringLiteral')) {
    out.update(startOf(node), endOf(node), requoted(text.slice(startOf(node), endOf(node)), style.quote));
  }
  if (!style.semicolons) dropSemicolons(source, out);
  if (!style.types) removeTypes(out, text, source.file);
  const fixed = partsOf(source, 'TemplateElement');
  for (const { index } of text.matchAll(/\n/g)) {
    const isFixed = fixed.some(node => index >= startOf(node) && index < endOf(node));
    if (index >= HEAD.length && !isFixed) indent(out, text, index, style);
  }
  const styled = methodIn(out, style.eol.length + 1);
  return style.types ? styled : styled.replaceAll(STEP_TYPE, '`step`');
}

/** The parameter of a step as comments name it, on one line or two. */
const STEP_TYPE = /`step:\s+(?:\/\/\s*)?Step<V\d+,\s+(?:\/\/\s*)?V\d+>`/g;

const STATEMENTS = [
  'ExpressionStatement',
  'ReturnStatement',
  'ThrowStatement',
  'BreakStatement',
  'ContinueStatement',
  'VariableDeclaration',
] as const;

function dropSemicolons(source: ParsedSource, out: MagicText): void {
  const { text } = source;
  for (const node of partsOf(source, ...STATEMENTS)) {
    const end = endOf(node);
    const next = text.slice(end).replace(/^(?:\s|\/\/.*|\/\*[^]*?\*\/)*/, '');
    // Without a semicolon, a line that begins with one of these would continue the line before.
    if (text[end - 1] === ';' && !/^[([`/+*-]/.test(next)) out.remove(end - 1, end);
  }
}

/** Indents the line after a line end. */
function indent(out: MagicText, text: string, index: number, { eol, indent: outer, unit }: SourceStyle): void {
  const spaces = /^ */.exec(text.slice(index + 1))?.[0].length ?? 0;
  const isBare = index === text.length - 2 || text[index + 1 + spaces] === '\n';
  const depth = unit.repeat(Math.floor(spaces / 2)) + ' '.repeat(spaces % 2);
  out.update(index, index + 1 + spaces, eol + (isBare ? '' : outer + depth));
}

/**
 * Gives a step another number: in the names of its methods, in the versions it leads between, and in its comments. Does not
 * change its operations.
 */
export function renumberStep(step: TakenStep, to: number): TakenStep {
  const { version } = step;
  const types = new Map([version - 1, version].map(number => [`V${number}`, `V${number + to - version}`]));
  const locals = new Map<string, string>();
  const uses = step.uses.map((use): WantedName => {
    const { name: old, local = old } = use;
    const name = types.get(old);
    if (name === undefined || !use.isType) return use;
    locals.set(local, local.replace(old, name));
    return { ...use, name, local: local.replace(old, name) };
  });
  return {
    version: to,
    methods: step.methods.map(method => renumbered(method, step.version, to - step.version, locals, types)),
    entry: step.entry?.replace(/\d+/, String(to)),
    uses,
  };
}

function renumbered(method: string, version: number, by: number, locals: Names, types: Names): string {
  const source = parseMethod(method);
  const { text, file } = source;
  const out = new MagicText(text);
  const rewrite = (node: Pick<Syntax, 'start' | 'end'>, change: (said: string) => string): void => {
    const said = text.slice(startOf(node), endOf(node));
    if (change(said) !== said) out.update(startOf(node), endOf(node), change(said));
  };
  const later = (number: string) => String(Number(number) + by);
  rename(source, out, locals);
  for (const { right } of partsOf(source, 'TSQualifiedName')) rewrite(right, name => types.get(name) ?? name);
  for (const member of partsOf(source, 'ClassBody')[0]?.body ?? []) {
    if ('key' in member) rewrite(member.key, name => name.replace(/(?<=To_)\d+/, later));
  }
  for (const comment of file.comments ?? []) {
    rewrite(comment, said =>
      said
        .replaceAll(/\bV\d+\b/g, name => types.get(name) ?? name)
        // The versions in the comments of a rename over three versions.
        .replace(/(?<=^\/\/ Version )\d+/, number => (Number(number) >= version ? later(number) : number))
        .replaceAll(/(?<=\bIn version )\d+/g, number => (Number(number) > version ? later(number) : number)),
    );
  }
  return methodIn(out, 2);
}
