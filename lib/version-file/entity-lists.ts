import type { Reading } from '../models/reading.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { literal } from '../source-code/literals.ts';
import type { BlockItem, BlockList } from './entity-block.ts';
import { evaluated, propertyArguments } from './evaluated.ts';
import { indexSource } from './index-source.ts';
import type { Written } from './declared-entities.ts';

/** Writes the checks, indexes, triggers and policies of an entity, those of its bases first. */
export function entityLists(written: Written, reading: Reading, imports: Imports): BlockList[] {
  const values = propertyArguments(written.meta);
  const lists: BlockList[] = [
    // Those of single properties are written with them.
    list('checks', ({ property, name, expression }) =>
      property === undefined ? item({ name, expression: sql(expression) }) : undefined,
    ),
    list('indexes', index => indexSource(index, written, reading, imports)),
    list('uniques', unique => indexSource(unique, written, reading, imports)),
    list('triggers', ({ name, timing, events, forEach, when, body, expression }) =>
      item({ name, timing, events, forEach, when, body: sql(body), expression }),
    ),
    list('policies', policy => item({ ...policy, using: sql(policy.using), check: sql(policy.check) })),
  ];
  return lists.filter(({ items }) => items.length > 0);

  function list(
    name: Parameters<Written['listed']>[0],
    write: (options: Readonly<Record<string, unknown>>) => BlockItem | undefined,
  ): BlockList {
    return { name, items: written.listed(name).flatMap(options => write(options) ?? []) };
  }

  function item(options: Record<string, unknown>): BlockItem {
    return { piece: literal(options, imports) ?? '', properties: [] };
  }

  function sql(given: unknown): string | undefined {
    return evaluated(given, values, reading.platform);
  }
}
