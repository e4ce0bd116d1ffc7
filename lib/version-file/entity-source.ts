import { ReferenceKind } from '@mikro-orm/core';
import { isView } from '../models/describe-entities.ts';
import type { ViewDescription } from '../models/description.ts';
import type { Reading } from '../models/metadata-reading.ts';
import { Imports } from '../source-code/import-lines.ts';
import { labelled, list, type Piece } from '../source-code/layout.ts';
import { keyLiteral, literal, stringLiteral } from '../source-code/literals.ts';
import type { TypeClass } from './custom-types.ts';
import {
  evaluated,
  namesOf,
  propertyArguments,
  propertyOf,
  viewOf,
  type DeclaredEntity,
  type DeclaredReading,
} from './declared-entities.ts';
import { exportName, type Block, type BlockContext } from './entity-block.ts';
import { entityLists } from './entity-lists.ts';
import { propertySource } from './property-source.ts';

/**
 * Writes one entity as a call of `defineEntity`, for any kind of declaration.
 *
 * @param names the entities of the version
 * @param nullable the properties that are nullable for now, despite their declaration
 * @throws {@link SchemaDefinitionError} if a version cannot contain it
 */
export function entitySource(
  declared: DeclaredEntity,
  { reading }: DeclaredReading,
  names: ReadonlySet<string>,
  nullable: readonly string[] = [],
): Block {
  const { meta } = declared;
  const imports = new Imports([...names].map(exportName));
  const types = new Set<TypeClass>();
  const outsiders = new Set<string>();
  const context: BlockContext = {
    imports,
    exportOf: entity => (names.has(entity) ? exportName(entity) : undefined),
    useOutsider: entity => {
      if (![...reading.metadata].some(other => other.className === entity && other.tableName && !other.embeddable))
        return undefined;
      outsiders.add(entity);
      return exportName(entity);
    },
    useType: type => types.add(type),
    isNullable: property => nullable.includes(property),
  };
  imports.use('@mikro-orm/core', 'defineEntity');
  const properties = [...declared.properties.keys()].flatMap(
    key => propertySource(declared, key, reading, context) ?? [],
  );
  return {
    name: meta.className,
    exported: exportName(meta.className),
    embeddable: meta.embeddable,
    isFlattened: declared.isFlattened,
    parts: partsOf(declared),
    options: entityOptions(declared, reading, imports),
    lists: isView(meta) && !meta.materialized ? [] : entityLists(declared, reading, imports),
    properties,
    types: [...types],
    imports,
    outsiders: [...outsiders],
  };
}

/** Lists the entity that this one extends, and those it embeds. */
function partsOf({ meta, parent, properties }: DeclaredEntity): string[] {
  const embedded = [...properties.keys()].flatMap(key => {
    const prop = propertyOf(meta, key);
    return prop?.kind === ReferenceKind.EMBEDDED ? namesOf(prop.type) : [];
  });
  return [...new Set([...(parent ? [parent.className] : []), ...embedded])];
}

/** Writes the options of an entity: its name, its table, its base, and the query of a view. */
function entityOptions(declared: DeclaredEntity, reading: Reading, imports: Imports): Piece[] {
  const { meta, own, parent } = declared;
  const view = viewOf(meta, reading);
  const sharesTable = parent !== undefined && meta.root.inheritanceType === 'sti';
  return [
    ...option('name', meta.className),
    ...(meta.embeddable ? ['embeddable: true'] : []),
    ...(own.abstract === true ? ['abstract: true'] : []),
    ...(parent ? [`extends: ${exportName(parent.className)}`] : []),
    ...option('inheritance', own.inheritance),
    ...(sharesTable ? [] : option('tableName', own.tableName ?? own.collection)),
    ...option('schema', own.schema),
    ...option('comment', own.comment),
    ...discriminator(),
    ...option('discriminatorValue', own.discriminatorValue),
    ...(view ? [viewPiece(view)] : []),
    ...option('expression', view?.expression),
    ...option('rowLevelSecurity', declared.inherited('rowLevelSecurity')),
    ...option('partitionBy', partitions()),
  ];

  function option(name: string, value: unknown): Piece[] {
    const piece = value === undefined || value === null ? undefined : literal(value, imports);
    return piece === undefined ? [] : [labelled(`${name}: `, piece)];
  }

  /** Writes the discriminator property, its column if that has another name, and the values if they are declared. */
  function discriminator(): Piece[] {
    const property = own.discriminator ?? own.discriminatorColumn;
    const isColumn = own.discriminatorColumn !== property;
    const column = own.discriminatorFieldName ?? (isColumn ? own.discriminatorColumn : undefined);
    const named =
      column === undefined
        ? option('discriminatorColumn', property)
        : [...option('discriminator', property), ...option('discriminatorColumn', column)];
    if (!own.discriminatorMap || meta.root !== meta) return named;
    const values = Object.entries(meta.discriminatorMap ?? {}).map(
      ([value, type]) => `${keyLiteral(value)}: ${stringLiteral(reading.metadata.get(type).className)}`,
    );
    // Names are resolved when the ORM is made, but the types require classes.
    return [...named, labelled('discriminatorMap: ', list('{ ', values, ' } as never'))];
  }

  function partitions(): unknown {
    const given = own.partitionBy as { readonly expression?: unknown } | undefined;
    if (!given || typeof given.expression !== 'function') return given;
    return { ...given, expression: evaluated(given.expression, propertyArguments(meta), reading.platform) };
  }
}

function viewPiece({ materialized, withoutData }: ViewDescription): string {
  if (!materialized) return 'view: true';
  return withoutData ? 'view: { materialized: true, withData: false }' : 'view: { materialized: true }';
}
