import { ReferenceKind } from '@mikro-orm/core';
import { isView } from '../models/describe.ts';
import { Imports } from '../source-code/import-lines.ts';
import { exportName, type Block, type BlockContext } from './entity-block.ts';
import type { TypeClass } from './custom-types.ts';
import { entityLists } from './entity-lists.ts';
import { entityOptions } from './entity-options.ts';
import { propertySource } from './property-source.ts';
import { namesOf, propertyOf, type Written, type WrittenReading } from './declared-entities.ts';

/**
 * Writes one entity, whatever it was made with, as `defineEntity` would be called for it.
 *
 * @param names the entities the version has.
 * @param nullable the properties that may be null for now, whatever they say.
 * @throws SchemaDefinitionError for what a version cannot hold.
 */
export function entitySource(
  written: Written,
  { reading }: WrittenReading,
  names: ReadonlySet<string>,
  nullable: readonly string[] = [],
): Block {
  const { meta } = written;
  const imports = new Imports([...names].map(exportName));
  const types = new Set<TypeClass>();
  const context: BlockContext = {
    imports,
    exportOf: entity => (names.has(entity) ? exportName(entity) : undefined),
    useType: type => types.add(type),
    isNullable: property => nullable.includes(property),
  };
  imports.use('@mikro-orm/core', 'defineEntity');
  const properties = [...written.properties.keys()].flatMap(
    key => propertySource(written, key, reading, context) ?? [],
  );
  return {
    name: meta.className,
    exported: exportName(meta.className),
    embeddable: meta.embeddable,
    isFlattened: written.isFlattened,
    parts: partsOf(written),
    options: entityOptions(written, reading, imports),
    lists: isView(meta) && !meta.materialized ? [] : entityLists(written, reading, imports),
    properties,
    types: [...types],
    imports,
  };
}

/** What an entity extends, and what it embeds. */
function partsOf({ meta, parent, properties }: Written): string[] {
  const embedded = [...properties.keys()].flatMap(key => {
    const prop = propertyOf(meta, key);
    return prop?.kind === ReferenceKind.EMBEDDED ? namesOf(prop.type) : [];
  });
  return [...new Set([...(parent ? [parent.className] : []), ...embedded])];
}
