import type { Difference } from '../difference.ts';
import type { Renamed } from './renames.ts';

/**
 * Whether a difference was there before the steps: of the same kind, at the same place, with the live value and the value
 * wanted unchanged, after the renames of the steps.
 */
export function isKept(before: readonly Difference[], difference: Difference, renaming: Renamed): boolean {
  return before.some(old => {
    const now = saidNow(old, renaming);
    const named = [now, underDerivedName(old.path[0] ?? '', now, renaming)];
    const said = [difference, { ...difference, ...valuesNow(old, difference, renaming) }];
    return named.some(one => said.some(other => isSame(one, other)));
  });
}

/** A difference of a part whose own name was derived, and followed its table and columns. */
function underDerivedName(tableBefore: string, now: Difference, renaming: Renamed): Difference {
  const [table = '', part = '', name, ...inside] = now.path;
  if (name === undefined || OF_COLUMNS.has(part)) return now;
  const withName = (said: unknown) => {
    const own = hasName(said) && typeof said === 'object' && said !== null ? Reflect.get(said, 'name') : undefined;
    return typeof own === 'string' ? { ...(said as object), name: renaming.derivedNow(tableBefore, own) } : said;
  };
  const path = [table, part, renaming.derivedNow(tableBefore, name), ...inside];
  return { ...now, path, live: withName(now.live), wanted: withName(now.wanted) };
}

/**
 * The values of a difference, their words renamed as those from before. A text inside SQL, or a comment, keeps its words
 * where names of columns do not.
 */
function valuesNow({ path: [table = ''] }: Difference, { live, wanted }: Difference, renaming: Renamed) {
  return { live: renaming.saidNow(table, live), wanted: renaming.saidNow(table, wanted) };
}

/** A difference under the new names of its table and columns. */
function saidNow({ kind, path, live, wanted }: Difference, renaming: Renamed): Difference {
  const [table = '', part = '', name, ...inside] = path;
  const now = renaming.tableNow(table);
  const isOfColumns = OF_COLUMNS.has(part) || !hasName(live ?? wanted);
  const called = name === undefined ? [] : [isOfColumns ? renaming.saidNow(table, name) : name];
  return {
    kind,
    path: path.length === 1 ? [now] : [now, part, ...called, ...inside],
    live: renaming.saidNow(table, live),
    wanted: renaming.saidNow(table, wanted),
  };
}

/** Parts named by their columns. */
const OF_COLUMNS = new Set(['column', 'foreign key', 'comment']);

/** Whether an index or check has a custom name, which a rename does not touch. */
function hasName(part: unknown): boolean {
  return typeof part !== 'object' || part === null || Reflect.get(part, 'name') !== '';
}

function isSame(one: Difference, other: Difference): boolean {
  return (
    one.kind === other.kind &&
    meaningOf(one.path) === meaningOf(other.path) &&
    meaningOf(one.live) === meaningOf(other.live) &&
    // A missing part may not have been spelt by the server before
    (one.kind === 'missing' || meaningOf(one.wanted) === meaningOf(other.wanted))
  );
}

/** A text without its quotes around names, which a rename may change. */
export function meaningOf(said: unknown): string {
  return (JSON.stringify(said) ?? '').replaceAll(/\\["nrt]|[`[\]"\s]/g, '').toLowerCase();
}
