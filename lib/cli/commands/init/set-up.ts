import { existsSync } from 'node:fs';
import { describeLive } from '../../../boot/frozen/load-version.ts';
import { ClassEditor } from '../../../class-source/class-editor.ts';
import { isJavaScript } from '../../../class-source/source-style.ts';
import type { Flags } from '../../line/flags.ts';
import { draftVersion, readFrozen } from '../../project/draft-version.ts';
import type { FileChange } from '../../project/file-changes.ts';
import type { Target } from '../../project/project-schemas.ts';
import { findFiles, intendedFile, readFiles, type SchemaFiles } from '../../project/schema-files.ts';
import { javaScriptEnding } from '../../project/javascript-files.ts';
import { assertSameTwice } from '../../project/threads/second-reading.ts';
import type { ImportExtension } from './import-extension.ts';
import { isCommonJsProject } from './javascript-project.ts';
import { newSchemaSource } from './new-schema.ts';
import { importStyle } from './schema-places.ts';
import { chooseExtension } from './try-out.ts';

/** A Schema with its newest version frozen. */
export interface SetUp {
  readonly target: Target;
  readonly guid: string;
  readonly className: string;
  readonly version: number;
  readonly fingerprint: string;
  /** The number of entities. */
  readonly entities: number;
  /** The file of the class, as an absolute path. */
  readonly path: string;
  /** The version file comes first. With several Schemas, the changes build on those of the Schemas before. */
  readonly files: readonly [FileChange, ...FileChange[]];
}

/** The other Schemas that the same command sets up. */
interface Beside {
  readonly flags: Flags;
  readonly others: readonly SetUp[];
  /** For entities that are written now, and that no second import can read yet: the parts that only the database has. */
  readonly generated?: { readonly extra: readonly string[] };
}

/** Drafts the file of a new class, with its first version. */
export async function draftClass(target: Target, path: string, beside: Beside): Promise<SetUp> {
  const { guid, latest } = target.definition;
  const className = target.schema.constructor.name;
  const versionsModule = freeModule(path, guid, await endingFor(path, undefined, beside), beside);
  const language = isJavaScript(path)
    ? isCommonJsProject(path, beside.flags.config)
      ? 'commonjs'
      : 'module'
    : undefined;
  const extra = beside.generated?.extra;
  const after = newSchemaSource({ className, guid, latest, override: true, versionsModule, language, extra });
  const frozen = await freeze(target, readFiles(path, className, after), beside);
  return { ...frozen, files: [...frozen.files, { path, before: undefined, after }] };
}

/** Drafts the changes that make an existing class keep frozen versions, beginning with `latest`. */
export async function draftVersions(target: Target, beside: Beside): Promise<SetUp> {
  const files = findFiles(target);
  const { path, text, place, source } = files;
  if (source.hasVersions) return freeze(target, files, beside);
  const drafted = changesOf(beside).findLast(change => change.path === path);
  const before = drafted?.after ?? text;
  const ending = await endingFor(path, source.importExtension, beside);
  const module = freeModule(path, target.definition.guid, ending, beside);
  const after = new ClassEditor(before, place).addVersions(module);
  const frozen = await freeze(target, readFiles(path, target.schema.constructor.name, after), beside);
  return { ...frozen, files: [...frozen.files, { path, before, after }] };
}

async function freeze(target: Target, own: SchemaFiles, { flags, generated }: Beside): Promise<SetUp> {
  const { definition, schema, database, claim } = target;
  const { guid, latest: version } = definition;
  const wanted = describeLive(database.orm, claim);
  if (!generated) await assertSameTwice([wanted], flags);
  const before = Object.keys(schema.versions ?? {})
    .map(Number)
    .filter(number => number < version);
  const { fingerprint, files } = await draftVersion(target, own, {
    version,
    wanted,
    earlier: before.length > 0 ? await readFrozen(target, own, Math.max(...before)) : undefined,
  });
  const className = schema.constructor.name;
  return { target, guid, className, version, fingerprint, entities: wanted.entities.length, path: own.path, files };
}

/** Chooses the file ending in the import of the versions. */
async function endingFor(path: string, named: ImportExtension | undefined, { flags }: Beside): Promise<string> {
  if (isJavaScript(path)) return javaScriptEnding(path);
  return chooseExtension(named ?? (await importStyle(flags.config)));
}

/** Chooses the folder for versions: next to the class, and not used by another Schema. */
function freeModule(path: string, guid: string, extension: string, beside: Beside): string {
  const usual = `./versions/index${extension}`;
  const file = intendedFile(path, usual) ?? '';
  const isTaken = existsSync(file) || changesOf(beside).some(change => change.path === file);
  return isTaken ? `./${guid.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}-versions/index${extension}` : usual;
}

function changesOf({ others }: Beside): FileChange[] {
  return others.flatMap(({ files }) => files);
}
