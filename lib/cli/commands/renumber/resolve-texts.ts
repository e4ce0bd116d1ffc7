import { basename, dirname } from 'node:path';
import MagicText from 'magic-string';
import { ClassEditor } from '../../../class-source/class-editor.ts';
import { entriesOf, labelOf, readSchemaSource, type ClassPlace } from '../../../class-source/read-schema-class.ts';
import { lineEnd, removeItems } from '../../../class-source/source-edit.ts';
import { renumberStep, type TakenStep } from '../../../class-source/step-text.ts';
import { endOf, parseSource, partsOf, startOf, type SyntaxOf } from '../../../class-source/syntax.ts';
import { nameOfFile } from '../../project/file-changes.ts';
import { resolveImport } from '../../project/schema-files.ts';
import { UsageError } from '../../exit-codes.ts';
import type { ConflictSides, VersionConflict } from './find-conflicts.ts';
import type { Repository } from './git.ts';

type Merge = Repository['merge'];

/**
 * Resolves the files of Schemas: versions of the kept side stay, and each class gets the other step with its new number. The
 * new versions themselves are frozen later.
 *
 * @returns the resolved texts, by path
 */
export async function resolveTexts(
  conflicts: readonly VersionConflict[],
  all: readonly ConflictSides[],
  merge: Merge,
): Promise<Map<string, string>> {
  const resolved = new Map<string, string>();
  for (const [path, own] of Map.groupBy(conflicts, conflict => conflict.path)) {
    const sides = all.find(one => one.path === path);
    if (sides) resolved.set(path, await resolveClasses(sides, own, merge));
  }
  for (const conflict of conflicts) {
    const index = indexOf(conflict, resolved.get(conflict.path) ?? '');
    for (const one of all) {
      if (one.path === index) resolved.set(index, await resolveIndex(one, conflict, merge));
      else if (dirname(one.path) === dirname(index) && isKeptVersion(one, conflict)) {
        resolved.set(one.path, one.kept ?? '');
      }
    }
  }
  return resolved;
}

/** A step to take out of one text and put into another. */
interface Parcel {
  readonly place: ClassPlace;
  readonly step: TakenStep;
}

/**
 * Resolves a file of classes: the steps of one side stay, the steps of the other side get new numbers, and other changes are
 * merged.
 */
export async function resolveClasses(
  sides: ConflictSides,
  conflicts: readonly VersionConflict[],
  merge: Merge,
): Promise<string> {
  const { base = '', kept = '', moved = '' } = sides;
  const mine = takeOut(sides, moved, conflicts, ({ from }) => from);
  const own = mine.parcels.map(({ place, step }, at) => ({ place, step: renumberStep(step, conflicts[at]?.to ?? 0) }));
  if (isSame(mine.rest, base)) return putIn(kept, own);
  const text = await merge(base, mine.rest, kept);
  if (text !== undefined) return putIn(text, own);
  // The remaining conflict may be only these steps, because git aligns their equal lines.
  const theirs = takeOut(sides, kept, conflicts, conflict => conflict.kept);
  const bare = (await merge(base, mine.rest, theirs.rest)) ?? refuse(sides);
  return putIn(putIn(bare, theirs.parcels), own);
}

/** Takes the steps after the common version, up to another version, out of a text. */
function takeOut(
  sides: ConflictSides,
  text: string,
  conflicts: readonly VersionConflict[],
  newest: (conflict: VersionConflict) => number,
): { readonly rest: string; readonly parcels: readonly Parcel[] } {
  const path = nameOfFile(sides.path);
  const parcels: Parcel[] = [];
  let rest = text;
  for (const conflict of conflicts.toReversed()) {
    const place = { path, className: conflict.className };
    for (let version = newest(conflict); version > conflict.base; version -= 1) {
      const step = new ClassEditor(rest, place).takeStep(version);
      if (step.methods.length === 0) {
        throw new UsageError(
          `${path} sets latest to ${version}, but the same class has no upgradeTo_${version}. Resolve this file by hand.`,
        );
      }
      rest = new ClassEditor(rest, place).removeStep(version);
      parcels.unshift({ place, step });
    }
  }
  return { rest, parcels };
}

function putIn(text: string, parcels: readonly Parcel[]): string {
  return parcels.reduce((whole, { place, step }) => new ClassEditor(whole, place).putStep(step), text);
}

function refuse({ path }: ConflictSides): never {
  throw new UsageError(
    `${nameOfFile(path)} has conflicts outside of its versions. Take the other side of this file and of the versions, add your other changes, and run npx dejavu next for your entities.`,
  );
}

/** Tells whether two texts are equal apart from their layout. */
function isSame(...texts: readonly [string, string]): boolean {
  const [one, other] = texts.map(text => text.replaceAll(/[\s,;]/g, ''));
  return one === other;
}

/** The file that lists the versions. */
function indexOf({ path, className }: VersionConflict, text: string): string {
  const name = nameOfFile(path);
  const { versionsModule } = readSchemaSource(text, { path: name, className });
  const index = versionsModule === undefined ? undefined : resolveImport(path, versionsModule);
  if (index !== undefined) return index;
  throw new UsageError(
    `${name} does not import the versions of ${className} from a file of the project. Resolve this file by hand.`,
  );
}

async function resolveIndex(sides: ConflictSides, { from }: VersionConflict, merge: Merge): Promise<string> {
  const { base = '', kept = '', moved = '' } = sides;
  const rest = withoutVersion(moved, from, nameOfFile(sides.path));
  return isSame(rest, base) ? kept : ((await merge(base, rest, kept)) ?? refuse(sides));
}

function isKeptVersion({ path, kept }: ConflictSides, conflict: VersionConflict): boolean {
  const version = Number(/^(\d+)\.[cm]?[jt]s$/.exec(basename(path))?.[1]);
  return kept !== undefined && version > conflict.base && version <= conflict.kept;
}

/**
 * Removes a version from the text of `versions/index.ts`: its line, and its type.
 *
 * @param path the name of the file in errors
 */
export function withoutVersion(text: string, version: number, path?: string): string {
  const out = new MagicText(text);
  const source = parseSource(text, path);
  for (const node of partsOf(source, 'ObjectExpression')) {
    const gone = entriesOf(node).filter(entry => entry.version === version && isFrozen(entry.node));
    if (gone.length === 0) continue;
    if (gone.length < node.properties.length) {
      removeItems(source, out, node.properties, new Set(gone.map(entry => entry.node)));
    } else out.remove(startOf(node) + 1, endOf(node) - 1);
  }
  for (const statement of source.file.program.body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'TSTypeAliasDeclaration' || declared.id.name !== `V${version}`) continue;
    const before = /(?:\r?\n)?[ \t]*$/.exec(text.slice(0, startOf(statement)))?.[0].length ?? 0;
    out.remove(startOf(statement) - before, lineEnd(text, endOf(statement)));
  }
  return out.toString();
}

/** Tells whether an entry is a frozen version: it has a fingerprint. */
function isFrozen({ value }: SyntaxOf<'ObjectProperty'>): boolean {
  return (
    value.type === 'ObjectExpression' &&
    value.properties.some(one => 'key' in one && labelOf(one.key) === 'fingerprint')
  );
}
