import { isJavaScript } from './source-style.ts';
import { requiredBy, requiredNames, requiredWhole } from './requires.ts';
import { UsageError } from './usage-error.ts';
import {
  endOf,
  importedNames,
  importsOf,
  modulesOf,
  namespaceOf,
  parseSource,
  partsOf,
  problemAt,
  startOf,
  unwrap,
  walk,
  type Expression,
  type ParsedSource,
  type Syntax,
  type SyntaxOf,
} from './syntax.ts';

export type ClassSyntax = SyntaxOf<'ClassDeclaration' | 'ClassExpression'>;
/** A member of a class. */
export type ClassMember = ClassSyntax['body']['body'][number];

/** A class of a file. */
export interface ClassPlace {
  /** The name of the file in errors. */
  readonly path?: string | undefined;
  /**
   * The name of the class: `default` for a class without a name. By default the only class of the file that extends `Schema`, or
   * that has `latest`.
   */
  readonly className?: string | undefined;
}

/** The source of a Schema. */
export interface SchemaSource {
  /** `default` for a class without a name. */
  readonly className: string;
  /** `undefined` unless it is a string literal. */
  readonly guid: string | undefined;
  readonly latest: number;
  /** The numbers in the names of `upgradeTo_N` methods and properties, lowest first. */
  readonly upgrades: readonly number[];
  /** The numbers of `downgradeTo_N`. */
  readonly downgrades: readonly number[];
  /** The versions that `steps` has entries for; `undefined` if there is no `steps`, or it is not an object literal. */
  readonly steps: readonly number[] | undefined;
  /** Whether the class has `versions`, from any source. */
  readonly hasVersions: boolean;
  /** The import of `versions`, as written: `'./versions/index.ts'`; `undefined` if it is not imported. */
  readonly versionsModule: string | undefined;
  /** The import of `Schema`, as written. */
  readonly packageName: string | undefined;
  /** The file ending in imports of the file; `undefined` if it imports no file of the project. */
  readonly importExtension: '.ts' | '.js' | '' | undefined;
}

/** Reads the source of a Schema without running it. */
export function readSchemaSource(text: string, place: ClassPlace = {}): SchemaSource {
  const source = parseSource(text, place.path);
  return describeClass(source, findClass(source, place));
}

/**
 * Reads all Schemas of a file whose `latest` is a number literal.
 *
 * @param path the name of the file in errors
 */
export function schemasIn(text: string, path?: string): SchemaSource[] {
  const source = parseSource(text, path);
  return classesIn(source)
    .filter(({ node }) => valueOf(memberNamed(node, 'latest'))?.type === 'NumericLiteral')
    .map(found => describeClass(source, found));
}

/** A class anywhere in a file. */
interface NamedClass {
  readonly node: ClassSyntax;
  /** The name of the class at run time. */
  readonly name: string;
}

/** Finds the class of a Schema. */
export function findClass(source: ParsedSource, { className }: ClassPlace): NamedClass {
  const { path } = source;
  const all = classesIn(source);
  const schemas = all.filter(({ node }) => isSchema(node, source));
  const meant = className === undefined ? schemas : all.filter(({ name }) => name === className);
  const found = meant.length > 1 ? meant.filter(one => schemas.includes(one)) : meant;
  const [first] = found;
  if (first && found.length === 1) return first;
  const names = (classes: readonly NamedClass[]) => classes.map(({ name }) => name).join(', ');
  if (first)
    throw new UsageError(
      `${path} has several Schema classes: ${names(found)}. Leave one, or name the class: --schema ${path}#Export.`,
    );
  const said = className === undefined ? 'class that extends Schema' : `class ${className}`;
  throw new UsageError(
    `${path} has no ${said}. ${all.length === 0 ? 'It has no class' : `Its classes: ${names(all)}`}. Name the file of the class with --schema path#Export.`,
  );
}

function classesIn(source: ParsedSource): NamedClass[] {
  const names = new Map<Syntax, string>();
  const found: NamedClass[] = [];
  for (const node of partsOf(source, 'VariableDeclarator', 'ClassDeclaration', 'ClassExpression')) {
    if (node.type !== 'VariableDeclarator') found.push({ node, name: node.id?.name ?? names.get(node) ?? 'default' });
    else if (node.init && node.id.type === 'Identifier') names.set(unwrap(node.init), node.id.name);
  }
  return found;
}

function isSchema(node: ClassSyntax, source: ParsedSource): boolean {
  if (memberNamed(node, 'latest')) return true;
  const base = node.superClass;
  if (base?.type === 'MemberExpression') return base.property.type === 'Identifier' && base.property.name === 'Schema';
  const locals = importedNames(source).filter(({ imported }) => imported === 'Schema');
  return base?.type === 'Identifier' && locals.some(({ local }) => local === base.name);
}

function describeClass(source: ParsedSource, { node, name }: NamedClass): SchemaSource {
  const guid = valueOf(memberNamed(node, 'guid'));
  const steps = valueOf(memberNamed(node, 'steps'));
  const numbers = (isUp: boolean) =>
    stepMembers(node)
      .flatMap(step => (step.isUp === isUp ? step.number : []))
      .toSorted((a, b) => a - b);
  return {
    className: name,
    guid: guid?.type === 'StringLiteral' ? guid.value : undefined,
    latest: latestOf(source, node).value,
    upgrades: numbers(true),
    downgrades: numbers(false),
    steps: steps?.type === 'ObjectExpression' ? entriesOf(steps).map(({ version }) => version) : undefined,
    hasVersions: memberNamed(node, 'versions') !== undefined,
    versionsModule: versionsModuleOf(source, node),
    packageName: packageOf(source),
    importExtension: extensionOf(source),
  };
}

/** Lists the instance methods and properties of a class, with their names. */
function namedMembers({ body }: ClassSyntax): { readonly member: ClassMember; readonly name: string }[] {
  return body.body.flatMap(member => {
    if (!('key' in member) || ('computed' in member && member.computed) || ('static' in member && member.static))
      return [];
    const name = labelOf(member.key);
    return name === undefined ? [] : [{ member, name }];
  });
}

export function memberNamed(node: ClassSyntax, name: string): ClassMember | undefined {
  return namedMembers(node).findLast(one => one.name === name)?.member;
}

/** Returns the name of a property key. */
export function labelOf(key: Syntax): string | undefined {
  if (key.type === 'StringLiteral') return key.value;
  return key.type === 'Identifier' ? key.name : undefined;
}

/** Lists the steps of a class in the source: `number` is in the name, and `version` is the version of the step. */
export function stepMembers(node: ClassSyntax) {
  return namedMembers(node).flatMap(({ member, name }) => {
    const [, direction, digits] = /^(upgrade|downgrade)To_(0|[1-9]\d*)$/.exec(name) ?? [];
    if (direction === undefined) return [];
    const [isUp, number] = [direction === 'upgrade', Number(digits)];
    return [{ member, name, isUp, number, version: isUp ? number : number + 1 }];
  });
}

/** Returns the value of a property, or the value that a getter returns. */
export function valueOf(member: ClassMember | undefined): Expression | undefined {
  switch (member?.type) {
    case 'ClassProperty':
    case 'ClassAccessorProperty':
      return member.value ? unwrap(member.value) : undefined;
    case 'ClassMethod': {
      const [only, ...more] = member.body.body;
      if (member.kind !== 'get' || only?.type !== 'ReturnStatement' || more.length > 0) return undefined;
      return only.argument ? unwrap(only.argument) : undefined;
    }
    default:
      return undefined;
  }
}

/** Lists the entries of an object literal by version. */
export function entriesOf({ properties }: SyntaxOf<'ObjectExpression'>) {
  return properties.flatMap(node => {
    if (node.type !== 'ObjectProperty' || node.computed) return [];
    const { key } = node;
    const version = key.type === 'NumericLiteral' || key.type === 'StringLiteral' ? Number(key.value) : undefined;
    return version === undefined ? [] : [{ node, version }];
  });
}

/** Reads the number of `latest`. */
export function latestOf(source: ParsedSource, node: ClassSyntax): SyntaxOf<'NumericLiteral'> {
  const member = memberNamed(node, 'latest');
  const line = `${isJavaScript(source.path) ? '' : 'readonly '}latest = 1;`;
  if (!member) throw problemAt(source, node, `the class has no latest. Add it, with a number: ${line}`);
  const value = valueOf(member);
  if (value?.type === 'NumericLiteral') return value;
  const said = value ? source.text.slice(startOf(value), endOf(value)) : 'not set';
  throw problemAt(source, value ?? member, `latest is ${said}. Write a number literal: ${line}`);
}

/** Returns the import of `versions`, as written. */
export function versionsModuleOf(source: ParsedSource, node: ClassSyntax): string | undefined {
  const value = valueOf(memberNamed(node, 'versions'));
  if (!value) return undefined;
  const used = walk(source).uses.filter(use => startOf(use) >= startOf(value) && endOf(use) <= endOf(value));
  const isUsed = ({ local }: { readonly local: string }) => used.some(({ name }) => name === local);
  const from = importsOf(source).find(({ specifiers }) =>
    specifiers.some(({ local }) => isUsed({ local: local.name })),
  );
  if (from) return from.source.value;
  return [...requiredNames(source), ...requiredWhole(source)].find(isUsed)?.module ?? requiredBy(value);
}

/** Returns the import of `Schema`, as written. */
export function packageOf(source: ParsedSource): string | undefined {
  const modules = modulesOf(source);
  if (modules.includes('mikro-orm-dejavu')) return 'mikro-orm-dejavu';
  const named = importedNames(source).find(({ imported }) => imported === 'Schema')?.module;
  return named ?? modules.find(module => usesSchemaOf(source, namespaceOf(source, module)));
}

/** Returns the file ending in imports of a file. */
export function extensionOf(source: ParsedSource): SchemaSource['importExtension'] {
  const said = modulesOf(source).flatMap(name =>
    name.startsWith('.') ? (/\.(?:[cm]?ts|[cm]?js)$/.exec(name)?.[0] ?? '') : [],
  );
  if (said.length === 0) return undefined;
  if (said.some(extension => extension.endsWith('ts'))) return '.ts';
  return said.some(extension => extension.endsWith('js')) ? '.js' : '';
}

function usesSchemaOf(source: ParsedSource, namespace: string | undefined): boolean {
  return partsOf(source, 'MemberExpression').some(
    ({ object, property }) =>
      object.type === 'Identifier' && object.name === namespace && labelOf(property) === 'Schema',
  );
}
