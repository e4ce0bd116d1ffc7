import { exportName } from '../../version-file/entity-block.ts';
import { Imports } from '../../source-code/import-lines.ts';
import { layOut, list } from '../../source-code/layout.ts';
import { literal, stringLiteral } from '../../source-code/literals.ts';
import { entityLists, entityOptions } from '../build-entities.ts';
import { decoratedCollection, decoratedProperty } from './decorated-property.ts';
import type { EntityModel } from '../entity-model.ts';

/** The decorators a project uses: those of TypeScript's `experimentalDecorators`, or those of JavaScript. */
export type DecoratorKind = 'legacy' | 'es';

interface ClassSurroundings {
  readonly decorators: DecoratorKind;
  /** All classes. */
  readonly names: readonly string[];
  /** Returns the file of a class, as imports name it. */
  readonly importOf: (className: string) => string;
}

/** Writes a file with one entity, as a class with decorators. */
export function decoratedEntity(model: EntityModel, { decorators, names, importOf }: ClassSurroundings): string {
  const { className, properties, collections } = model;
  const imports = new Imports(names.map(exportName));
  const use = (decorator: string) => imports.use(`@mikro-orm/decorators/${decorators}`, decorator);
  for (const property of properties) {
    if (property.relation === undefined || property.target === className) continue;
    imports.use(importOf(property.target), exportName(property.target));
  }
  for (const { target, pivotEntity } of collections) {
    for (const name of [target, pivotEntity]) {
      if (name !== undefined && name !== className) imports.use(importOf(name), exportName(name));
    }
  }
  const members = [
    ...markers(model, imports),
    ...properties.map(property => decoratedProperty(property, { imports, use })),
    ...collections.map(collection => decoratedCollection(collection, { imports, use })),
  ];
  const lines = [
    ...decoratorsOf(model, imports, use),
    `export class ${exportName(className)} {`,
    members.map(member => member.replaceAll(/^(?=.)/gm, '  ')).join('\n\n'),
    '}',
  ];
  return `${imports.lines().join('\n')}\n\n${lines.join('\n')}\n`;
}

/** The decorators of the class. The last one is called first, so lists are in reverse order. */
function decoratorsOf(model: EntityModel, imports: Imports, use: (decorator: string) => string): string[] {
  const { indexes = [], uniques = [], checks = [] } = entityLists(model);
  const options = entityOptions(model);
  return [
    decorator('Entity', Object.keys(options).length > 0 ? options : undefined),
    ...indexes.toReversed().map(index => decorator('Index', index)),
    ...uniques.toReversed().map(unique => decorator('Unique', unique)),
    ...checks.toReversed().map(check => decorator('Check', check)),
  ];

  function decorator(name: string, given: object | undefined): string {
    const piece = literal(given, imports);
    return layOut(list(`@${use(name)}(`, piece === undefined ? [] : [piece], ')'));
  }
}

/** The part that only types express: the key, and the properties that a new entity may leave out. */
function markers({ properties }: EntityModel, imports: Imports): string[] {
  const key = properties.filter(({ primary }) => primary).map(({ name }) => stringLiteral(name));
  const optional = properties
    .filter(property => property.relation === undefined)
    .filter(property => property.generated !== undefined || property.default !== undefined || property.autoincrement)
    .map(({ name }) => stringLiteral(name));
  const [first = ''] = key;
  return [
    ...(key.length === 1 && first === "'id'"
      ? []
      : [`[${core('PrimaryKeyProp')}]?: ${key.length === 1 ? first : `[${key.join(', ')}]`};`]),
    ...(optional.length > 0 ? [`[${core('OptionalProps')}]?: ${optional.join(' | ')};`] : []),
  ];

  function core(name: string): string {
    return imports.use('@mikro-orm/core', name);
  }
}
