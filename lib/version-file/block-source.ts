import { layOut, list, type Piece } from '../source-code/layout.ts';
import { by } from '../models/compact.ts';
import type { Block, BlockList } from './entity-block.ts';

/** The source of a block, as it stands in a version file. */
export function blockSource({ exported, options, lists, properties, imports }: Block): string {
  const define = imports.use('@mikro-orm/core', 'defineEntity');
  return [
    `export const ${exported} = ${define}({`,
    ...[...options, ...lists.map(listPiece)].map(item => `  ${layOut(item, '  ', 1)},`),
    ...(properties.length === 0
      ? ['  properties: {},']
      : ['  properties: {', ...properties.flatMap(propertyLines), '  },']),
    '});',
  ].join('\n');
}

function listPiece({ name, items }: BlockList): Piece {
  const pieces = items.map(({ piece }) => piece);
  return list(`${name}: [`, pieces, ']');
}

function propertyLines({ remarks, piece }: Block['properties'][number]): string[] {
  return [...remarks.map(remark => `    // ${remark}`), `    ${layOut(piece, '    ', 1)},`];
}

/** Tells whether two blocks say the same; in which order they say it does not matter, but for the primary key. */
export function sameBlock(a: Block, b: Block): boolean {
  return meaningOf(a) === meaningOf(b);
}

function meaningOf({ options, lists, properties }: Block): string {
  return JSON.stringify([
    options.map(piece => layOut(piece)),
    lists.map(({ name, items }) => [name, items.map(({ piece }) => layOut(piece))]),
    properties.map(({ piece, remarks }) => [layOut(piece), ...remarks].join('\n')).toSorted(by(text => text)),
    properties.filter(({ isPrimary }) => isPrimary).map(({ key }) => key),
  ]);
}

/** What of an entity is not as the application has it. */
export interface BlockChanges {
  /** Properties of the version before that stay for now. */
  readonly kept?: readonly string[];
  /** New properties that may be null for now. */
  readonly nullable?: readonly string[];
}

/** Puts properties of an earlier version back, with the indexes they stand in. */
export function restored(block: Block, earlier: Block, kept: readonly string[]): Block {
  const lists = new Map(block.lists.map(({ name, items }) => [name, [...items]]));
  for (const { name, items } of earlier.lists) {
    const back = items.filter(({ properties }) => properties.some(key => kept.includes(key)));
    if (back.length > 0) lists.set(name, [...(lists.get(name) ?? []), ...back]);
  }
  return {
    ...block,
    imports: block.imports.with(earlier.imports),
    types: [...new Set([...block.types, ...earlier.types])],
    lists: [...lists].map(([name, items]) => ({ name, items })),
    properties: [...block.properties, ...earlier.properties.filter(({ key }) => kept.includes(key))],
  };
}
