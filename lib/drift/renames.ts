import { literalPattern } from '../sql/literal-pattern.ts';

/** A table or column that is called otherwise now, as people say their names: `animal`, `shop.animal`. */
export type Rename =
  | { readonly kind: 'table'; readonly from: string; readonly to: string }
  /** `table` is called as it was at that moment. */
  | { readonly kind: 'column'; readonly table: string; readonly from: string; readonly to: string };

/** Translates names from before the renames to names after them. */
export interface Renamed {
  /** The table that was called so. */
  tableNow(before: string): string;
  /** Texts about a table, also nested, with its columns under their current names. */
  saidNow<T>(tableBefore: string, said: T): T;
  /** The name of a part that was named after the table, or after its columns, and so got another: `animal_legs_index`. */
  derivedNow(tableBefore: string, name: string): string;
}

/**
 * Follows renames, in the order in which they happened. A table that was renamed, dropped and created again under its old
 * name is that one.
 */
export function followRenames(renames: readonly Rename[], isThere: (table: string) => boolean): Renamed {
  const known = new Map<string, { readonly now: string; readonly columns: readonly (readonly [string, string])[] }>();
  const follow = (before: string) => {
    const found = known.get(before) ?? followOne(renames, before, isThere);
    known.set(before, found);
    return found;
  };
  return {
    tableNow: before => follow(before).now,
    saidNow: (before, said) => {
      const { now, columns } = follow(before);
      return columns.length === 0 && now === before
        ? said
        : (rewrite(said, [...columns, [bare(before), bare(now)]]) as typeof said);
    },
    derivedNow: (before, name) => {
      const { now, columns } = follow(before);
      const own = `${bare(before)}_`;
      if (!name.startsWith(own)) return name;
      // Between two underscores each: `legs` is no part of `wooden_legs`, as far as a name can tell
      const rest = columns.reduce(
        (text, [from, to]) => text.replaceAll(`_${from}_`, () => `_${to}_`),
        `_${name.slice(own.length)}`,
      );
      return `${bare(now)}${rest}`;
    },
  };
}

function followOne(renames: readonly Rename[], before: string, isThere: (table: string) => boolean) {
  let now = before;
  const columns: (readonly [string, string])[] = [];
  for (const rename of renames) {
    if (rename.kind === 'table' && rename.from === now) now = rename.to;
    else if (rename.kind === 'column' && rename.table === now) columns.push([rename.from, rename.to]);
  }
  return isThere(now) || !isThere(before) ? { now, columns } : { now: before, columns: [] };
}

function rewrite(said: unknown, renames: readonly (readonly [string, string])[]): unknown {
  if (typeof said === 'string') return renames.reduce((text, [from, to]) => replaceWord(text, from, to), said);
  if (Array.isArray(said)) return said.map(one => rewrite(one, renames));
  if (typeof said !== 'object' || said === null) return said;
  return Object.fromEntries(Object.entries(said).map(([key, value]) => [key, rewrite(value, renames)]));
}

/** Replaces a name where it stands as a whole word, quoted or not. */
function replaceWord(text: string, from: string, to: string): string {
  return text.replaceAll(wordOf(from), () => to);
}

/** Whether a text, also nested, names a column, as a whole word. Keys of objects are no texts. */
export function mentions(said: unknown, column: string): boolean {
  if (typeof said === 'string') return wordOf(column).test(said);
  return typeof said === 'object' && said !== null && Object.values(said).some(one => mentions(one, column));
}

/** A name as it is, or as SQL writes it between quotes. */
function wordOf(name: string): RegExp {
  const spellings = new Set([name, ...['"', '`', ']'].map(quote => name.replaceAll(quote, quote + quote))]);
  const either = [...spellings].map(literalPattern).join('|');
  return new RegExp(`(?<![\\p{L}\\p{N}_$])(?:${either})(?![\\p{L}\\p{N}_$])`, 'gu');
}

function bare(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
