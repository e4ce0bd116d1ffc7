import { createHash } from 'node:crypto';
import type { ColumnKind } from '../dialects/row-transfer.ts';

/** The format that this release writes, and the only one that it reads. */
export const FORMAT = 1;

/** A column, as a manifest says it. */
interface ManifestColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly scale?: number | undefined;
}

/** A table, as a manifest says it. */
export interface ManifestTable {
  readonly table: string;
  readonly entities: readonly string[];
  /** Below the folder of the dump. */
  readonly file: string;
  readonly columns: readonly ManifestColumn[];
  readonly key: readonly string[];
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** What the database added up in a second reading, column by column. */
  readonly sums: readonly string[];
  /** The column that counts by itself, and the number it gives next. */
  readonly counter?: { readonly column: string; readonly next: string } | undefined;
}

/** An entity whose rows were left out, and why. */
export interface LeftOut {
  readonly entity: string;
  readonly table: string;
  readonly reason: string;
}

/** What a dump is: all that two dumps of the same rows have in common. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly guid: string;
  readonly version: number;
  readonly fingerprint?: string | undefined;
  readonly tables: readonly ManifestTable[];
  readonly leftOut: readonly LeftOut[];
}

const LAST = /,\n {2}"complete": "([0-9a-f]{64})"\n}\n$/;

/** Writes a manifest. Its last line is the digest of all before it, without which it is not whole. */
export function showManifest(manifest: Manifest): string {
  const body = JSON.stringify(manifest, undefined, 2).slice(0, -'\n}'.length);
  return `${body},\n  "complete": "${digestOfText(body)}"\n}\n`;
}

/** Reads what {@link showManifest} wrote; `undefined` if anything of it was changed or is missing. */
export function readManifest(text: string): unknown {
  const match = LAST.exec(text);
  if (!match) return undefined;
  const body = text.slice(0, match.index);
  return digestOfText(body) === match[1] ? JSON.parse(`${body}}`) : undefined;
}

/** The digest of a text. */
function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Where the rows of a table stand: by its name, if that is a name for a file everywhere. */
export function fileOfTable(title: string): string {
  const isPlain = /^[a-z0-9_]{1,100}$/.test(title) && !/^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(title);
  const readable = title
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, 80);
  return `tables/${isPlain ? title : `${readable}-${digestOfText(title).slice(0, 12)}`}.jsonl`;
}
