import { DumpInvalidError } from '../../errors.ts';
import { isVersion } from '../../version.ts';
import { FORMAT, readManifest, type Manifest } from '../manifest.ts';

/** No path that leads out of the folder, and none with a special meaning on some system. */
const FILE = /^tables\/[a-z0-9_-]+\.jsonl$/;

/** Reads the manifest of a dump. @throws {@link DumpInvalidError} unless it is whole, and as it was written */
export function parseManifest(guid: string, text: string): Manifest {
  const file = 'manifest.json';
  const refuse = (why: string) => new DumpInvalidError(why, { guid, file });
  const parsed = readManifest(text) as Partial<Manifest> | undefined;
  if (parsed === undefined)
    throw refuse(
      'manifest.json is incomplete or was changed: its last line is not the digest of the lines before it. Use another dump.',
    );
  if (parsed.format !== FORMAT)
    throw refuse(
      `manifest.json has the format ${String(parsed.format)}, and this release of dejavu reads format ${FORMAT}. Use the release that wrote it.`,
    );
  const { tables, leftOut, version } = parsed;
  const isWhole =
    typeof parsed.guid === 'string' && isVersion(version) && isList(leftOut, isLeftOut) && isList(tables, isTable);
  if (!isWhole) throw refuse('manifest.json was not written by dejavu. Use another dump.');
  const outside = (tables as Manifest['tables']).find(table => !FILE.test(table.file));
  if (outside)
    throw refuse(
      `manifest.json names the file ${JSON.stringify(outside.file)}, which is not in tables/. Use another dump.`,
    );
  const twice = firstTwice(tables as Manifest['tables']);
  if (twice !== undefined) throw refuse(`manifest.json names ${JSON.stringify(twice)} twice. Use another dump.`);
  return parsed as Manifest;
}

/** A table or a file that is named twice: one of them would not be restored. */
function firstTwice(tables: Manifest['tables']): string | undefined {
  const [titles, files] = [new Set<string>(), new Set<string>()];
  for (const { table, file } of tables) {
    if (titles.has(table)) return table;
    if (files.has(file)) return file;
    titles.add(table);
    files.add(file);
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isList(value: unknown, isItem: (item: Fields) => boolean): boolean {
  return (
    Array.isArray(value) && value.every(item => typeof item === 'object' && item !== null && isItem(item as Fields))
  );
}

function isLeftOut({ entity, table, reason }: Fields): boolean {
  return [entity, table, reason].every(isText);
}

function isTable({ table, entities, file, columns, key, rows, bytes, sha256, sums, counter }: Fields): boolean {
  return (
    [table, file, sha256].every(isText) &&
    [entities, key, sums].every(list => Array.isArray(list) && list.every(isText)) &&
    [rows, bytes].every(count => Number.isSafeInteger(count) && (count as number) >= 0) &&
    isList(columns, ({ name, kind }) => isText(name) && isText(kind)) &&
    (counter === undefined || isCounter(counter as Fields | null))
  );
}

function isCounter(counter: Fields | null): boolean {
  return isText(counter?.['column']) && /^-?\d{1,20}$/.test(String(counter?.['next']));
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
