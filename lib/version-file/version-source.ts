import { needsFirst } from '../needs-first.ts';
import type { EntityMetadata } from '@mikro-orm/core';
import { SchemaDefinitionError } from '../errors.ts';
import { OTHERS } from '../models/bind-module.ts';
import { by } from '../models/description.ts';
import { readModule } from '../models/frozen-models.ts';
import type { EntitySource } from '../models/metadata-reading.ts';
import { Imports } from '../source-code/import-lines.ts';
import { layOut, list } from '../source-code/layout.ts';
import { stringLiteral } from '../source-code/literals.ts';
import { cannotFreeze, sameType, typeSource, type TypeClass } from './custom-types.ts';
import { DeclaredReading, type DeclaredSource } from './declared-entities.ts';
import { blockSource, exportName, restored, sameBlock, type Block, type BlockChanges } from './entity-block.ts';
import { entitySource } from './entity-source.ts';

/** An existing version file. */
export interface EarlierVersion {
  readonly version: number;
  /** Its exports. */
  readonly module: object;
  /** Its text. Entities that it exports from earlier files are imported from there. */
  readonly text: string;
}

export interface VersionOptions {
  /** Chooses entities; all with storage by default. */
  readonly filter?: ((meta: EntityMetadata) => boolean) | undefined;
  /** The version before. Without it, no entity is shared. */
  readonly earlier?: EarlierVersion | undefined;
  /** Properties of the version before that stay for now, and new ones that are nullable for now, by entity. */
  readonly changes?: Readonly<Record<string, BlockChanges>> | undefined;
  /**
   * The file ending in imports of version files.
   *
   * @defaultValue `'.ts'`
   */
  readonly extension?: string | undefined;
}

/**
 * Writes `versions/N.ts`: the entities of an application as calls of `defineEntity`, for any kind of declaration. Exports an
 * unchanged entity from the earlier file that contains it. The same entities give the same text.
 *
 * @throws {@link SchemaDefinitionError} for an entity that could change later: with a custom type that uses code of the
 * application, or of another Schema
 */
export function versionSource(source: DeclaredSource, version: number, options: VersionOptions = {}): string {
  const { filter = () => true, earlier, changes = {}, extension = '.ts' } = options;
  const past = earlier ? earlierBlocks(source, earlier) : new Map<string, Block>();
  const reading = new DeclaredReading(source);
  const blocks = blocksOf(reading, filter, changes).map(block => {
    const [before, kept] = [past.get(block.name), changes[block.name]?.kept];
    return before && kept ? restored(block, before, kept) : block;
  });
  const shared = sharedBlocks(blocks, past);
  const fresh = inOrder(blocks.filter(block => !shared.has(block.name)));
  const outsiders = outsidersOf(reading, blocks);
  const types = typesOf([...blocks, ...outsiders]);
  const sharedTypes = types.filter(type => earlier && isSame(earlier.module, type));
  const imports = [...fresh, ...outsiders].reduce(
    (all, block) => all.with(block.imports),
    new Imports([...[...blocks, ...outsiders].map(block => block.exported), ...types.map(type => type.name)]),
  );
  const classes = types.filter(type => !sharedTypes.includes(type)).map(type => typeSource(type, imports));

  const origins = new Map<string, string>();
  const names = [...[...shared].map(exportName), ...sharedTypes.map(type => type.name)];
  if (earlier)
    for (const name of names) origins.set(name, originOf(earlier, name) ?? `./${earlier.version}${extension}`);
  const needed = new Set([
    ...[...fresh, ...outsiders].flatMap(block => wordsOf(blockSource(block))),
    ...classes.flatMap(wordsOf),
  ]);
  for (const [name, file] of origins) if (needed.has(name)) imports.use(file, name);

  return `${[
    [`// The entities at version ${version}, frozen. Do not edit: a change needs a new version.`],
    imports.lines(),
    exportLines(origins),
    ...classes.map(text => [text]),
    ...outsiders.map(block => [blockSource(block, true)]),
    ...(outsiders.length > 0
      ? [[`// Entities of other Schemas: only the keys that this version refers to.`, othersLine(outsiders)]]
      : []),
    ...fresh.map(block => [blockSource(block)]),
    ...(blocks.length === 0 ? [['export {};']] : []),
  ]
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Writes `export const ofOtherSchemas = { Account };`. */
function othersLine(outsiders: readonly Block[]): string {
  const names = outsiders.map(({ exported }) => exported);
  return layOut(list(`export const ${OTHERS} = { `, names, ' };'));
}

/** Reads the entities of a version file as blocks. */
function earlierBlocks(source: EntitySource, { module, version }: EarlierVersion): Map<string, Block> {
  const reading = readModule(source, module, { name: `the frozen version ${version}` });
  return new Map(blocksOf(new DeclaredReading(reading), () => true).map(block => [block.name, block]));
}

/**
 * Writes the entities of other Schemas that blocks refer to: their keys only, which is all that a foreign key needs, and
 * those of the entities that these keys refer to.
 */
function outsidersOf(reading: DeclaredReading, blocks: readonly Block[]): Block[] {
  const own = new Set(blocks.map(block => block.name));
  const found = new Map<string, Block>();
  for (let open = [...blocks]; open.length > 0;) {
    const names = new Set(open.flatMap(block => block.outsiders).filter(name => !found.has(name) && !own.has(name)));
    open = reading.outsiders(names).map(entity => entitySource(entity, reading, own));
    for (const block of open) found.set(block.name, block);
  }
  return [...found.values()].toSorted(by(block => block.name));
}

function blocksOf(
  reading: DeclaredReading,
  filter: (meta: EntityMetadata) => boolean,
  changes: Readonly<Record<string, BlockChanges>> = {},
): Block[] {
  const entities = reading.entities(filter);
  const names = new Set(entities.map(({ meta }) => meta.className));
  assertNamesDiffer(entities.map(({ meta }) => meta));
  return entities
    .map(entity => entitySource(entity, reading, names, changes[entity.meta.className]?.nullable))
    .toSorted(by(block => block.name));
}

/**
 * @throws {@link SchemaDefinitionError} for two entities of the same name, because versions identify entities by name
 */
function assertNamesDiffer(entities: readonly EntityMetadata[]): void {
  const byName = new Map<string, EntityMetadata>();
  for (const meta of entities) {
    const other = byName.get(exportName(meta.className));
    byName.set(exportName(meta.className), meta);
    if (!other) continue;
    const both = [other, meta].map(({ className, tableName }) => `${className} (${tableName ?? 'an embeddable'})`);
    throw new SchemaDefinitionError(
      `Two entities have the same name: ${both.join(' and ')}. A frozen version identifies entities by name. ` +
        `Give one of the two classes another name.`,
    );
  }
}

/** Lists the names of entities that did not change, including everything they contain. */
function sharedBlocks(blocks: readonly Block[], past: ReadonlyMap<string, Block>): Set<string> {
  const byName = new Map(blocks.map(block => [block.name, block]));
  const shared = new Set(blocks.filter(isAsItWas).map(({ name }) => name));
  const brokeUp = () => [...shared].filter(name => byName.get(name)?.parts.some(part => !shared.has(part)));
  for (let broken = brokeUp(); broken.length > 0; broken = brokeUp()) for (const name of broken) shared.delete(name);
  return shared;

  function isAsItWas(block: Block): boolean {
    const before = past.get(block.name);
    if (!before || before.isFlattened || !sameBlock(before, block)) return false;
    return block.types.every(type =>
      before.types.some(earlier => earlier.name === type.name && sameType(earlier, type)),
    );
  }
}

/** Sorts blocks so that the parts of an entity come before it. */
function inOrder(blocks: readonly Block[]): Block[] {
  const byName = new Map(blocks.toReversed().map(block => [block.name, block]));
  const embeddables = blocks.filter(({ embeddable }) => embeddable);
  return needsFirst([...embeddables, ...blocks], ({ parts }) => [...parts].flatMap(part => byName.get(part) ?? []));
}

/** Lists the custom types of all blocks, each name once, bases first. */
function typesOf(blocks: readonly Block[]): TypeClass[] {
  const types = new Map<string, TypeClass>();
  const entities = new Set(blocks.map(({ exported }) => exported));
  const imported = new Set(blocks.flatMap(({ imports }) => imports.all()).flatMap(({ names }) => names));
  for (const type of blocks.flatMap(block => block.types)) {
    const known = types.get(type.name);
    if (entities.has(type.name) || (known && known !== type && !sameType(known, type))) {
      const other = entities.has(type.name) ? 'an entity' : 'another custom type';
      throw cannotFreeze(type, `has the name of ${other}`, 'Give one of the two classes another name');
    }
    if (imported.has(type.name)) {
      throw cannotFreeze(type, 'has a name of MikroORM that the version uses', 'Give the class another name');
    }
    types.set(type.name, known ?? type);
  }
  return [...types.values()];
}

function isSame(module: object, type: TypeClass): boolean {
  const earlier: unknown = Reflect.get(module, type.name);
  return typeof earlier === 'function' && sameType(earlier as TypeClass, type);
}

/** Returns the file that a name comes from, if the version file only re-exports it. */
function originOf({ text }: EarlierVersion, name: string): string | undefined {
  for (const [, names = '', file] of text.matchAll(
    /export\s*\{([^}]*)\}\s*from\s*['"](\.\/\d+(?:\.[cm]?[jt]s)?)['"]/g,
  )) {
    if (names.split(',').some(exported => exported.trim() === name)) return file;
  }
  return undefined;
}

/** Writes `export { Keeper, Zoo } from './1.ts';`, the oldest file first. */
function exportLines(origins: ReadonlyMap<string, string>): string[] {
  const files = [...new Set(origins.values())].toSorted(
    (a, b) => Number.parseInt(a.slice(2), 10) - Number.parseInt(b.slice(2), 10),
  );
  return files.map(file => {
    const names = [...origins].filter(([, from]) => from === file).map(([name]) => name);
    return layOut(list('export { ', names.toSorted(), ` } from ${stringLiteral(file)};`));
  });
}

function wordsOf(source: string): string[] {
  return source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [];
}
