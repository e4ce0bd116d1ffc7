import { lineEnd, type Edit } from './edit.ts';
import { appendItems, removeItems } from './list.ts';
import { boundNames, importedNames, importsOf, named, namespaceOf } from './names.ts';
import { endOf, startOf } from './nodes.ts';
import type { ImportDeclaration, ImportSpecifier } from './syntax.ts';

/** A name that a file is to have from another. */
export interface Want {
  readonly module: string;
  readonly name: string;
  readonly isType: boolean;
  /** What the file is to call it; another name if that one means something else there. */
  readonly local?: string | undefined;
}

/**
 * Sees to it that a file has names from others: those it has already are taken as they are, others come into the import
 * that is there, or into a new one.
 *
 * @returns what the file calls each, by what it was to be called
 */
export function importNames(edit: Edit, wants: readonly Want[]): Map<string, string> {
  const { file } = edit;
  const known = importedNames(file);
  const bound = boundNames(file);
  const names = new Map<string, string>();
  const missing: (Want & { readonly local: string })[] = [];
  for (const want of wants) {
    const { module, name, isType } = want;
    const has = known.find(one => one.module === module && one.imported === name && (isType || !one.isType));
    const all = known.some(one => one.module === module) ? undefined : namespaceOf(file, module);
    const local = has?.local ?? (all === undefined ? freeName(want.local ?? name, bound) : `${all}.${name}`);
    names.set(want.local ?? name, local);
    if (has || all !== undefined) continue;
    bound.add(local);
    missing.push({ ...want, local });
  }
  addMissing(edit, missing);
  return names;
}

function freeName(name: string, bound: ReadonlySet<string>): string {
  if (!bound.has(name)) return name;
  const prefix = /^\p{Ll}/u.test(name) ? 'dejavu' : 'Dejavu';
  const other = prefix + name.charAt(0).toUpperCase() + name.slice(1);
  return bound.has(other) ? freeName(`${other}_`, bound) : other;
}

function addMissing(edit: Edit, missing: readonly (Want & { readonly local: string })[]): void {
  const added = new Map<ImportDeclaration, string[]>();
  const fresh = new Map<string, Map<boolean, string[]>>();
  for (const { module, name, local, isType } of missing) {
    const said = name === local ? name : `${name} as ${local}`;
    const there = declarationFor(edit, module, isType);
    if (there) {
      const items = added.get(there) ?? [];
      added.set(there, items);
      items.push(isType && there.importKind !== 'type' ? `type ${said}` : said);
      continue;
    }
    const parts = fresh.get(module) ?? new Map<boolean, string[]>();
    fresh.set(module, parts);
    const isAlone = isType && edit.style.typeImports;
    parts.set(isAlone, [...(parts.get(isAlone) ?? []), isType && !isAlone ? `type ${said}` : said]);
  }
  for (const [declaration, items] of added) addTo(edit, declaration, items);
  for (const [module, parts] of fresh) for (const [isType, items] of parts) addLine(edit, module, isType, items);
}

/** The import that takes one more name. */
function declarationFor({ file, style }: Edit, module: string, isType: boolean): ImportDeclaration | undefined {
  const own = importsOf(file).filter(({ source }) => source.value === module);
  const types = own.find(one => one.importKind === 'type' && named(one).length > 0);
  if (isType && types) return types;
  if (isType && style.typeImports) return undefined;
  const values = own.filter(({ importKind }) => importKind !== 'type');
  return (
    values.find(one => named(one).length > 0) ??
    values.find(({ specifiers }) => specifiers.length === 1 && specifiers[0]?.type === 'ImportDefaultSpecifier')
  );
}

function addTo(edit: Edit, declaration: ImportDeclaration, items: readonly string[]): void {
  const list = named(declaration);
  if (list.length > 0) return appendItems(edit, list, items);
  const [main] = declaration.specifiers;
  if (main) edit.out.appendLeft(endOf(main), `, { ${items.join(', ')} }`);
}

function addLine({ text, file, out, style }: Edit, module: string, isType: boolean, items: readonly string[]): void {
  const { eol, quote, semicolons } = style;
  const all = importsOf(file);
  const isFile = module.startsWith('.');
  const before = isFile ? all.at(-1) : all.findLast(({ source }) => !source.value.startsWith('.'));
  const line = `import ${isType ? 'type ' : ''}{ ${items.join(', ')} } from ${quote}${module}${quote}${semicolons ? ';' : ''}`;
  if (before) out.appendLeft(lineEnd(text, endOf(before)), eol + line);
  else out.appendLeft(startOf(file.program.body[0] ?? file.program), line + (all.length > 0 ? eol : eol + eol));
}

/** Takes names out of the imports of a file, and imports that were there for these alone. */
export function dropNames(edit: Edit, locals: ReadonlySet<string>): void {
  const { text, file, out } = edit;
  for (const declaration of importsOf(file)) {
    const list = named(declaration);
    const gone = new Set(list.filter(({ local }) => locals.has(local.name)));
    if (gone.size === 0) continue;
    const [main] = declaration.specifiers;
    if (gone.size < list.length) removeItems(edit, list, gone);
    else if (main && main.type !== 'ImportSpecifier') out.remove(endOf(main), closingBrace(text, list) + 1);
    else removeLine(declaration);
  }

  function removeLine(declaration: ImportDeclaration): void {
    const end = lineEnd(text, endOf(declaration));
    const before = /\r?\n[ \t]*$/.exec(text.slice(0, startOf(declaration)))?.[0] ?? '';
    const after = before === '' ? (/^\r?\n/.exec(text.slice(end))?.[0] ?? '') : '';
    out.remove(startOf(declaration) - before.length, end + after.length);
  }
}

function closingBrace(text: string, list: readonly ImportSpecifier[]): number {
  return text.indexOf('}', Math.max(...list.map(endOf)));
}
