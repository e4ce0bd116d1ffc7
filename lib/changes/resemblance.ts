import type { EntityDescription, PropertyDescription } from '../models/description.ts';
import { canonical } from '../models/fingerprint.ts';

/** How similar two things are: a higher number is likelier. Each with its reason in words. */
interface Resemblance {
  readonly score: number;
  readonly reason: string;
}

/** A possible new name. */
export interface Candidate<T> extends Resemblance {
  readonly now: T;
}

/** Lists the new items that resemble a removed one, most likely first. */
export function candidatesOf<T extends { readonly name: string }>(
  added: readonly T[],
  like: (now: T) => Resemblance | undefined,
): Candidate<T>[] {
  const candidates = added.flatMap((now): Candidate<T>[] => {
    const found = like(now);
    return found ? [{ now, ...found }] : [];
  });
  return candidates.toSorted((a, b) => b.score - a.score || (a.now.name < b.now.name ? -1 : 1));
}

/** Groups of types with the same kind of values. */
const SORTS: readonly (readonly string[])[] = [
  ['smallint', 'tinyint', 'mediumint', 'integer', 'bigint'],
  ['float', 'double', 'decimal'],
  ['string', 'text', 'character', 'uuid'],
  ['date', 'datetime'],
  ['blob', 'uint8array'],
];

/**
 * Compares a removed property with a new one.
 *
 * @param entityNow returns the new name of an entity by its old name
 * @returns `undefined` if the values of one could not be values of the other
 */
export function propertyResemblance(
  old: PropertyDescription,
  now: PropertyDescription,
  entityNow: (name: string) => string,
): Resemblance | undefined {
  if (old.primary !== now.primary || (old.generated === undefined) !== (now.generated === undefined)) return undefined;
  const kind = kindResemblance(old, now, entityNow);
  if (!kind) return undefined;
  const reasons: [number, string][] = [kind];
  if (old.pivot === undefined && old.nullable === now.nullable)
    reasons.push([1, now.nullable ? 'both nullable' : 'both not null']);
  if (old.default !== undefined && old.default === now.default) reasons.push([2, 'same default']);
  const similarity = nameSimilarity(old.name, now.name);
  if (similarity >= 0.4) reasons.push([4 * similarity, 'similar name']);
  return resemblance(reasons);
}

const RELATIONS: ReadonlySet<string> = new Set(['m:1', '1:1']);
const VALUES: ReadonlySet<string> = new Set(['scalar', 'enum']);

function kindResemblance(
  old: PropertyDescription,
  now: PropertyDescription,
  entityNow: (name: string) => string,
): [number, string] | undefined {
  if (RELATIONS.has(old.kind) && RELATIONS.has(now.kind)) {
    return sameTarget(old, now, entityNow) ? [3, `both point to ${[now.target].flat().join(' or ')}`] : undefined;
  }
  if (old.kind === 'm:n' && now.kind === 'm:n') {
    return sameTarget(old, now, entityNow) ? [3, `both hold several ${String(now.target)}`] : undefined;
  }
  if (old.kind === 'embedded' && now.kind === 'embedded') {
    if (old.object !== now.object || old.array !== now.array) return undefined;
    return old.embeddable === now.embeddable ? [3, `both embed ${old.embeddable}`] : [1, 'both embedded'];
  }
  if (VALUES.has(old.kind) && VALUES.has(now.kind)) return valueResemblance(old, now);
  // A key may become a relation, or a relation a key.
  if ((VALUES.has(old.kind) && RELATIONS.has(now.kind)) || (RELATIONS.has(old.kind) && VALUES.has(now.kind))) {
    const [one, other] = [old.hints?.columnTypes, now.hints?.columnTypes];
    return one && canonical(one) === canonical(other) ? [1, 'the same values fit'] : undefined;
  }
  return undefined;
}

function sameTarget(old: PropertyDescription, now: PropertyDescription, entityNow: (name: string) => string): boolean {
  const [was, is] = [new Set([old.target ?? []].flat().map(entityNow)), new Set([now.target ?? []].flat())];
  return was.size === is.size && [...was].every(name => is.has(name));
}

function valueResemblance(old: PropertyDescription, now: PropertyDescription): [number, string] | undefined {
  if (old.array !== now.array) return undefined;
  if (old.kind === 'enum' && now.kind === 'enum') {
    const shared = old.items?.filter(item => now.items?.includes(item)).length ?? 0;
    if (canonical(old.items) === canonical(now.items)) return [3, 'the same allowed values'];
    return shared > 0 ? [2, `${shared} allowed values in common`] : undefined;
  }
  const [one, other] = [sortOf(old), sortOf(now)];
  if (old.type !== undefined && old.type === now.type) return [3, 'same type'];
  return one === other ? [1, 'similar type'] : undefined;
}

function sortOf({ type, items }: PropertyDescription): string | undefined {
  if (items) return items.every(item => typeof item === 'number') ? 'smallint' : 'string';
  return SORTS.find(sort => sort.includes(type ?? ''))?.[0] ?? type;
}

/**
 * Compares a removed entity with a new one.
 *
 * @returns `undefined` if they have only a key in common
 */
export function entityResemblance(old: EntityDescription, now: EntityDescription): Resemblance | undefined {
  if ((old.view === undefined) !== (now.view === undefined)) return undefined;
  if (old.inheritance !== now.inheritance || (old.extends === undefined) !== (now.extends === undefined))
    return undefined;
  const [mine, yours] = [old, now].map(({ properties }) =>
    properties.filter(({ primary, name }) => !primary && !name.includes('.')),
  );
  const shared = (mine ?? []).filter(property => (yours ?? []).some(other => isLike(property, other))).length;
  const all = Math.max(mine?.length ?? 0, yours?.length ?? 0);
  const similarity = nameSimilarity(old.name, now.name);
  if (shared === 0 && similarity < 0.5 && all > 0) return undefined;
  const reasons: [number, string][] = [];
  if (shared > 0)
    reasons.push([
      (6 * shared) / all,
      shared === all ? 'the same properties' : `${shared} of ${all} properties are the same`,
    ]);
  if (similarity >= 0.4) reasons.push([4 * similarity, 'similar name']);
  if (reasons.length === 0) reasons.push([0, 'both have only a key']);
  return resemblance(reasons);
}

function isLike(one: PropertyDescription, other: PropertyDescription): boolean {
  return one.name === other.name && one.kind === other.kind && one.type === other.type;
}

function resemblance(reasons: readonly (readonly [number, string])[]): Resemblance {
  return {
    score: reasons.reduce((sum, [score]) => sum + score, 0),
    reason: reasons.map(([, words]) => words).join(', '),
  };
}

/** Compares two names: from 0 for no similarity to 1 for equal, by common words and by letters that differ. */
function nameSimilarity(a: string, b: string): number {
  const [left, right] = [a, b].map(name => name.split('.').at(-1) ?? name);
  const [one, other] = [wordsOf(left ?? ''), wordsOf(right ?? '')];
  const shared = one.filter(word => other.includes(word)).length;
  const inCommon = (2 * shared) / (one.length + other.length);
  const [short, long] = [one.join(''), other.join('')];
  return Math.max(inCommon, 1 - distance(short, long) / Math.max(short.length, long.length, 1));
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([\p{Ll}\d])(?=\p{Lu})/gu, '$1 ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '');
}

/** @see https://en.wikipedia.org/wiki/Levenshtein_distance */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
