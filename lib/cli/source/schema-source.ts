import { UsageError } from '../usage.ts';
import { classesIn, findClass, type NamedClass, type Place } from './find-class.ts';
import { entriesOf, memberNamed, stepMembers, valueOf } from './members.ts';
import { importedNames, importsOf, namespaceOf } from './names.ts';
import { nodesIn, positionOf } from './nodes.ts';
import { parseSource } from './parse.ts';
import type { ClassNode, File } from './syntax.ts';

export type { Place } from './find-class.ts';

/** What a file says of a Schema. */
export interface SchemaSource {
  /** `default` for a class that has no name. */
  readonly className: string;
  /** `undefined` unless it stands there as a string. */
  readonly guid: string | undefined;
  readonly latest: number;
  /** The numbers in the names of its `upgradeTo_N`, methods and properties, lowest first. */
  readonly upgrades: readonly number[];
  /** Those of its `downgradeTo_N`. */
  readonly downgrades: readonly number[];
  /** The versions that `steps` says something of; `undefined` if there is no `steps`, or it is no object as it stands. */
  readonly steps: readonly number[] | undefined;
  /** Whether the class has `versions`, from wherever. */
  readonly hasVersions: boolean;
  /** Where `versions` comes from, as the file says it, `'./versions/index.ts'`; `undefined` if it is not imported. */
  readonly versionsModule: string | undefined;
  /** Where `Schema` comes from, as the file says it. */
  readonly packageName: string | undefined;
  /** How the file names other files of the project; `undefined` if it names none. */
  readonly importExtension: '.ts' | '.js' | '' | undefined;
}

/**
 * Reads what a file says of a Schema, without running it.
 *
 * @throws UsageError with the place in the file: it does not parse, has conflict markers, has no such class or several, or
 * `latest` is no number as it stands there
 */
export function readSchemaSource(text: string, place: Place = {}): SchemaSource {
  const file = parseSource(text, place.path);
  return sourceOf(text, file, findClass(file, place), place);
}

/**
 * Reads all Schemas of a file whose `latest` is a number as it stands there.
 *
 * @param path what errors call the file
 * @throws UsageError if it does not parse
 */
export function schemasIn(text: string, path?: string): SchemaSource[] {
  const file = parseSource(text, path);
  return classesIn(file)
    .filter(({ node }) => valueOf(memberNamed(node, 'latest'))?.type === 'NumericLiteral')
    .map(found => sourceOf(text, file, found, { path }));
}

function sourceOf(text: string, file: File, { node, name }: NamedClass, place: Place): SchemaSource {
  const guid = valueOf(memberNamed(node, 'guid'));
  const steps = valueOf(memberNamed(node, 'steps'));
  const numbers = (isUp: boolean) =>
    stepMembers(node)
      .filter(step => step.isUp === isUp)
      .map(({ version }) => version)
      .toSorted((a, b) => a - b);
  return {
    className: name,
    guid: guid?.type === 'StringLiteral' ? guid.value : undefined,
    latest: latestOf(text, node, place).value,
    upgrades: numbers(true),
    downgrades: numbers(false),
    steps: steps?.type === 'ObjectExpression' ? entriesOf(steps).map(({ version }) => version) : undefined,
    hasVersions: memberNamed(node, 'versions') !== undefined,
    versionsModule: versionsModuleOf(file, node),
    packageName: packageOf(file),
    importExtension: extensionOf(file),
  };
}

/**
 * The number that `latest` is set to.
 *
 * @throws UsageError if it is no number as it stands there
 */
export function latestOf(text: string, node: ClassNode, { path = 'the file' }: Place) {
  const member = memberNamed(node, 'latest');
  if (!member) {
    throw new UsageError(`${path}:${positionOf(node)} the class has no latest of its own: give it one, a number`);
  }
  const value = valueOf(member);
  if (value?.type === 'NumericLiteral') return value;
  const said = value ? text.slice(value.start ?? 0, value.end ?? 0) : 'not set';
  throw new UsageError(`${path}:${positionOf(value ?? member)} latest is ${said}: write the number itself there`);
}

/** Where the `versions` of a class come from, as the file says it. */
export function versionsModuleOf(file: File, node: ClassNode): string | undefined {
  const value = valueOf(memberNamed(node, 'versions'));
  if (!value) return undefined;
  const used = new Set([...nodesIn(value)].flatMap(inner => (inner.type === 'Identifier' ? [inner.name] : [])));
  const from = importsOf(file).find(({ specifiers }) => specifiers.some(({ local }) => used.has(local.name)));
  return from?.source.value;
}

/** Where `Schema` comes from, as the file says it. */
export function packageOf(file: File): string | undefined {
  const modules = importsOf(file).map(({ source }) => source.value);
  if (modules.includes('mikro-orm-dejavu')) return 'mikro-orm-dejavu';
  const named = importedNames(file).find(({ imported }) => imported === 'Schema')?.module;
  return named ?? modules.find(module => usesSchemaOf(file, namespaceOf(file, module)));
}

/** How a file names other files of the project. */
export function extensionOf(file: File): SchemaSource['importExtension'] {
  const files = importsOf(file).flatMap(({ source }) => (source.value.startsWith('.') ? [source.value] : []));
  const said = files.map(name => /\.(?:[cm]?ts|[cm]?js)$/.exec(name)?.[0] ?? '');
  if (said.length === 0) return undefined;
  if (said.some(extension => extension.endsWith('ts'))) return '.ts';
  return said.some(extension => extension.endsWith('js')) ? '.js' : '';
}

function usesSchemaOf(file: File, namespace: string | undefined): boolean {
  if (namespace === undefined) return false;
  return [...nodesIn(file.program)].some(
    node =>
      node.type === 'MemberExpression' &&
      node.object.type === 'Identifier' &&
      node.object.name === namespace &&
      node.property.type === 'Identifier' &&
      node.property.name === 'Schema',
  );
}
