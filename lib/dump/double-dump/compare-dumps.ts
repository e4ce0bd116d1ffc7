import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest, ManifestTable } from '../manifest.ts';
import { MANIFEST } from '../writing/write-manifest.ts';

/** A difference between two dumps. */
export interface DumpDifference {
  /** The file in both, relative to the folders. */
  readonly file: string;
  /** The line in it, counted from 1; `undefined` for the manifest. */
  readonly line: number | undefined;
  /** The text of the first dump there; `undefined` for nothing. */
  readonly first: string | undefined;
  readonly second: string | undefined;
}

/** How many lines are listed of each table. */
const LISTED = 5;

/**
 * Compares two dumps byte by byte, but for `source.json`. Lists the first lines of each table that differ.
 *
 * @returns nothing if the dumps are equal
 */
export async function compareDumps(one: string, other: string): Promise<readonly DumpDifference[]> {
  const [first, second] = await Promise.all([one, other].map(folder => readFile(join(folder, MANIFEST), 'utf8')));
  if (first === second) return [];
  const [ours, theirs] = [first, second].map(text => JSON.parse(String(text)) as Manifest) as [Manifest, Manifest];
  const found = differencesIn({ ...ours, tables: [] }, { ...theirs, tables: [] });
  for (const [table, pair] of pairsOf(ours, theirs)) {
    if (pair.first && pair.second && pair.first.sha256 !== pair.second.sha256)
      found.push(...(await lineDifferences(pair.first.file, [one, other])));
    found.push(...differencesIn(headOf(pair.first), headOf(pair.second), table));
  }
  return found;
}

function pairsOf(
  ours: Manifest,
  theirs: Manifest,
): ReadonlyMap<string, { first: ManifestTable | undefined; second: ManifestTable | undefined }> {
  const names = [...ours.tables, ...theirs.tables].map(({ table }) => table);
  return new Map(names.map(name => [name, { first: tableNamed(ours, name), second: tableNamed(theirs, name) }]));
}

function tableNamed({ tables }: Manifest, name: string): ManifestTable | undefined {
  return tables.find(({ table }) => table === name);
}

/** What the manifest says of a table, without what follows from its rows. */
function headOf(table: ManifestTable | undefined): object {
  if (!table) return {};
  const { bytes: _bytes, sha256: _sha256, sums: _sums, ...head } = table;
  return head;
}

function differencesIn(one: object, other: object, prefix = ''): DumpDifference[] {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)].filter(key => key !== 'complete'));
  const said = (from: object, key: string) => {
    const value: unknown = Reflect.get(from, key);
    return value === undefined ? undefined : `${prefix && `${prefix}.`}${key}: ${JSON.stringify(value)}`;
  };
  return [...keys].flatMap(key => {
    const [first, second] = [said(one, key), said(other, key)];
    return first === second ? [] : [{ file: MANIFEST, line: undefined, first, second }];
  });
}

/** Compares two files line by line. */
async function lineDifferences(file: string, folders: readonly [string, string]): Promise<DumpDifference[]> {
  const found: DumpDifference[] = [];
  const [one, other] = [linesOf(join(folders[0], file)), linesOf(join(folders[1], file))];
  try {
    for (let line = 1; found.length < LISTED; line += 1) {
      const [first, second] = [(await one.next()).value, (await other.next()).value];
      if (first === undefined && second === undefined) break;
      if (first !== second) found.push({ file, line, first, second });
    }
  } finally {
    for (const lines of [one, other]) await lines.return(undefined);
  }
  return found;
}

async function* linesOf(path: string): AsyncGenerator<string, undefined> {
  let rest = '';
  // `readline` would end a line at U+2028 too, which may stand in a text.
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
  return undefined;
}
