import { Utils, type MikroORM } from '@mikro-orm/core';
import { discoverEntities } from '@mikro-orm/core/file-discovery';
import { definitionsOf, type DeclaredSource } from '../../version-file/declared-entities.ts';

/**
 * The entities of an ORM with what they were made from, also those that it found in files: their modules are known by now,
 * and asking for them once more gives the very same entities.
 *
 * @see `MetadataDiscovery.findEntities` of MikroORM, which chooses among paths in the same way
 */
export async function writtenEntities(orm: MikroORM): Promise<DeclaredSource> {
  const { entities, entitiesTs, baseDir } = orm.config.getAll();
  const preferTs = orm.config.get('preferTs', Utils.detectTypeScriptSupport());
  const targets = preferTs && entitiesTs.length > 0 ? entitiesTs : entities;
  const paths = targets.filter(target => typeof target === 'string');
  const found = paths.length > 0 ? await discoverEntities(paths, { baseDir }) : [];
  return {
    config: orm.config,
    getMetadata: () => orm.getMetadata(),
    definitionOf: definitionsOf([...targets.filter(target => typeof target !== 'string'), ...found]),
  };
}
