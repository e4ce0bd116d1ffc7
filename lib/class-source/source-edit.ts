import type MagicText from 'magic-string';
import type { ClassSyntax } from './read-schema-class.ts';
import { propertiesIn, requiresOf } from './requires.ts';
import { indentAt, type SourceStyle } from './source-style.ts';
import { endOf, importedNames, importsOf, namedIn, namespaceOf, walk, startOf } from './syntax.ts';
import type { ImportSyntax, ParsedSource, Syntax } from './syntax.ts';

/** An edit of the file of a class. All positions refer to the original text. */
export interface ClassEdit {
  readonly source: ParsedSource;
  readonly node: ClassSyntax;
  readonly style: SourceStyle;
  readonly out: MagicText;
}

/** Returns the end of the line if only a comment follows a position; otherwise the position itself. */
export function lineEnd(text: string, at: number): number {
  const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/[ \t]*)?(?=\r?\n|$)/.exec(text.slice(at));
  return at + (rest?.[0].length ?? 0);
}

/** Tells whether a node is the first code on its line. */
export function startsLine(text: string, node: Syntax): boolean {
  return /(?:^|\n)[ \t]*$/.test(text.slice(0, startOf(node)));
}

/** Adds items to a list that has items, after the last one and in its layout. */
export function appendItems(
  { source, style, out }: ClassEdit,
  items: readonly Syntax[],
  added: readonly string[],
): void {
  const { text } = source;
  const last = items.at(-1);
  if (!last || added.length === 0) return;
  const end = endOf(last);
  if (!startsLine(text, last)) {
    out.appendLeft(end, added.map(item => `, ${item}`).join(''));
    return;
  }
  const lead = style.eol + indentAt(text, startOf(last));
  const comma = commaAfter(text, end);
  if (comma === undefined) out.appendLeft(end, ',');
  const lines = added.map(item => lead + item);
  out.appendLeft(lineEnd(text, comma ?? end), lines.join(',') + (comma === undefined ? '' : ','));
}

/** Removes items from a list that keeps other items. Removes all that {@link appendItems} added. */
export function removeItems(
  { text }: Pick<ParsedSource, 'text'>,
  out: MagicText,
  items: readonly Syntax[],
  gone: ReadonlySet<Syntax>,
): void {
  for (const [index, item] of items.entries()) {
    if (!gone.has(item) || gone.has(items[index - 1] as Syntax)) continue;
    const after = items.findIndex((other, at) => at > index && !gone.has(other));
    const [before, next, last] = [items[index - 1], items[after], items.at(after < 0 ? -1 : after - 1) as Syntax];
    if (!before) out.remove(startOf(item), next ? startOf(next) : endOf(last));
    else if (!startsLine(text, item)) out.remove(endOf(before), endOf(last));
    else {
      const comma = commaAfter(text, endOf(before)) ?? endOf(before);
      const lastComma = commaAfter(text, endOf(last));
      if (lastComma === undefined) out.remove(endOf(before), comma);
      out.remove(lineEnd(text, comma), lineEnd(text, lastComma ?? endOf(last)));
    }
  }
}

/** Returns the end of the comma after a position. */
function commaAfter(text: string, at: number): number | undefined {
  const comma = /^\s*,/.exec(text.slice(at));
  return comma ? at + comma[0].length : undefined;
}

/** A name to import. */
export interface WantedName {
  readonly module: string;
  readonly name: string;
  readonly isType: boolean;
  /** The wanted local name. Another one is used if that name is taken. */
  readonly local?: string | undefined;
}

/**
 * Imports names. Uses existing imports where they have the name, and otherwise adds it to an existing import of the module or to
 * a new one.
 *
 * @returns the local name of each, by the wanted local name
 */
export function importNames(edit: ClassEdit, wants: readonly WantedName[]): Map<string, string> {
  const { source } = edit;
  const known = importedNames(source);
  const scope = walk(source).scope;
  const names = new Map<string, string>();
  const missing: WantedName[] = [];
  const isTaken = (name: string) =>
    scope.hasReference(name) || scope.hasGlobal(name) || missing.some(({ local }) => local === name);
  for (const want of wants) {
    const { module, name, isType, local: called = name } = want;
    const has = known.find(one => one.module === module && one.imported === name && (isType || !one.isType));
    const all = known.some(one => one.module === module) ? undefined : namespaceOf(source, module);
    const local = has?.local ?? (all === undefined ? freeName(called, isTaken) : `${all}.${name}`);
    names.set(called, local);
    if (!has && all === undefined) missing.push({ ...want, local });
  }
  addNames(edit, missing);
  return names;
}

function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  const prefix = /^\p{Ll}/u.test(name) ? 'dejavu' : 'Dejavu';
  const other = prefix + name.charAt(0).toUpperCase() + name.slice(1);
  return isTaken(other) ? freeName(`${other}_`, isTaken) : other;
}

function addNames(edit: ClassEdit, missing: readonly WantedName[]): void {
  const { source, out, style } = edit;
  const groups = Map.groupBy(missing, ({ module, isType }) => {
    return importFor(edit, module, isType) ?? `${isType && style.typeImports ? 'type ' : ''}${module}`;
  });
  for (const [target, wants] of groups) {
    if (isCommonJs(source)) {
      addRequire(wants[0]?.module ?? '', wants);
      continue;
    }
    const isNew = typeof target === 'string';
    const isTypes = isNew ? target.startsWith('type ') : target.importKind === 'type';
    const items = wants.map(
      ({ name, local, isType }) =>
        (isType && !isTypes ? 'type ' : '') + (name === local ? name : `${name} as ${local}`),
    );
    const [main] = isNew ? [] : target.specifiers;
    const braced = `{ ${items.join(', ')} }`;
    if (isNew) addImport(wants[0]?.module ?? '', `${isTypes ? 'type ' : ''}${braced}`);
    else if (namedIn(target).length > 0) appendItems(edit, namedIn(target), items);
    else if (main) out.appendLeft(endOf(main), `, ${braced}`);
  }

  /** Adds `const { raw, sql: dejavuSql } = require('@mikro-orm/core');` below the others. */
  function addRequire(module: string, wants: readonly WantedName[]): void {
    const { eol, quote, semicolons } = style;
    const items = wants.map(({ name, local }) => (name === local ? name : `${name}: ${local}`));
    const line = `const { ${items.join(', ')} } = require(${quote}${module}${quote})${semicolons ? ';' : ''}`;
    const last = requiresOf(source).at(-1)?.statement;
    if (last) out.appendLeft(lineEnd(source.text, endOf(last)), eol + line);
  }

  function addImport(module: string, said: string): void {
    const all = importsOf(source);
    const before = module.startsWith('.') ? all.at(-1) : all.findLast(one => !one.source.value.startsWith('.'));
    const { eol, quote, semicolons } = style;
    const line = `import ${said} from ${quote}${module}${quote}${semicolons ? ';' : ''}`;
    const { program } = source.file;
    if (before) out.appendLeft(lineEnd(source.text, endOf(before)), eol + line);
    else out.appendLeft(startOf(program.body[0] ?? program), line + (all.length > 0 ? eol : eol + eol));
  }
}

/** Finds the import that a name can be added to. */
function importFor({ source, style }: ClassEdit, module: string, isType: boolean): ImportSyntax | undefined {
  const own = importsOf(source).filter(declaration => declaration.source.value === module);
  const types = own.find(one => one.importKind === 'type' && namedIn(one).length > 0);
  if (isType && (types || style.typeImports)) return types;
  const values = own.filter(({ importKind }) => importKind !== 'type');
  return (
    values.find(one => namedIn(one).length > 0) ??
    values.find(({ specifiers: [only, more] }) => only?.type === 'ImportDefaultSpecifier' && !more)
  );
}

/** Removes names from the imports of a file, and imports that are empty then. */
export function dropNames(edit: ClassEdit, locals: ReadonlySet<string>): void {
  const { source, out } = edit;
  const { text } = source;
  for (const required of requiresOf(source)) {
    const list = propertiesIn(required);
    const gone = new Set<Syntax>(list.flatMap(({ node, local }) => (locals.has(local) ? node : [])));
    if (gone.size === 0) continue;
    if (gone.size === list.length) removeStatement(edit, required.statement);
    else
      removeItems(
        source,
        out,
        list.map(({ node }) => node),
        gone,
      );
  }
  for (const declaration of importsOf(source)) {
    const list = namedIn(declaration);
    const gone = new Set<Syntax>(list.filter(({ local }) => locals.has(local.name)));
    if (gone.size === 0) continue;
    const [main] = declaration.specifiers;
    if (gone.size < list.length) removeItems(source, out, list, gone);
    else if (main && main.type !== 'ImportSpecifier')
      out.remove(endOf(main), text.indexOf('}', endOf(list.at(-1) ?? main)) + 1);
    else removeStatement(edit, declaration);
  }
}

/** Removes a statement with its line. */
function removeStatement({ source: { text }, out }: ClassEdit, node: Syntax): void {
  const end = lineEnd(text, endOf(node));
  const before = /\r?\n[ \t]*$/.exec(text.slice(0, startOf(node)))?.[0] ?? '';
  const after = before === '' ? (/^\r?\n/.exec(text.slice(end))?.[0] ?? '') : '';
  out.remove(startOf(node) - before.length, end + after.length);
}

/** Tells whether a file requires its modules, and imports none. */
function isCommonJs(source: ParsedSource): boolean {
  return importsOf(source).length === 0 && requiresOf(source).length > 0;
}
