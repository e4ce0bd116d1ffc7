import { existsSync } from 'node:fs';
import { describeLive } from '../../boot/frozen-versions.ts';
import type { Target } from '../command.ts';
import type { Flags } from '../flags.ts';
import { draftVersion } from '../project/draft-version.ts';
import { readFrozen } from '../project/frozen.ts';
import { findProject, readProject, type Project } from '../project/project.ts';
import { assertSameTwice } from '../project/readings.ts';
import { intendedFile } from '../project/resolve-import.ts';
import type { FileChange } from '../project/write-all.ts';
import { ClassEditor } from '../class-source/class-editor.ts';
import { importStyle } from './import-style.ts';
import { newSchemaSource } from './new-schema-source.ts';

/** A Schema set up: its newest version frozen. */
export interface SetUp {
  readonly guid: string;
  readonly className: string;
  readonly version: number;
  readonly fingerprint: string;
  /** How many entities there are. */
  readonly entities: number;
  /** The file of the class, absolute. */
  readonly path: string;
  /** The version's own comes first. Of several Schemas, on top of those before it. */
  readonly files: readonly [FileChange, ...FileChange[]];
}

/** What a Schema is set up beside. */
export interface Beside {
  readonly flags: Flags;
  /** Those that are set up in the same run. */
  readonly others: readonly SetUp[];
}

/** Drafts the file of a class that is not there yet, with its first version. */
export async function draftClass(target: Target, path: string, beside: Beside): Promise<SetUp> {
  const { definition, schema } = target;
  const { guid, latest } = definition;
  const className = schema.constructor.name;
  const versionsModule = freeModule(path, guid, await importStyle(beside.flags.config), beside);
  const after = newSchemaSource({ className, guid, latest, override: true, versionsModule });
  const frozen = await freeze(target, readProject(path, className, after), beside);
  return { ...frozen, files: [...frozen.files, { path, before: undefined, after }] };
}

/** Drafts what makes a class that is there keep its versions, beginning with `latest`. */
export async function draftVersions(target: Target, beside: Beside): Promise<SetUp> {
  const project = findProject(target);
  const { path, text, place, source, extension } = project;
  if (source.hasVersions) return freeze(target, project, beside);
  const drafted = changesOf(beside).findLast(change => change.path === path);
  const before = drafted?.after ?? text;
  const after = new ClassEditor(before, place).addVersions(freeModule(path, target.definition.guid, extension, beside));
  const frozen = await freeze(target, readProject(path, target.schema.constructor.name, after), beside);
  return { ...frozen, files: [...frozen.files, { path, before, after }] };
}

async function freeze(target: Target, project: Project, { flags }: Beside): Promise<SetUp> {
  const { definition, schema, database, claim } = target;
  const { guid, latest: version } = definition;
  const wanted = describeLive(database.orm, claim);
  await assertSameTwice([wanted], flags);
  const kept = Object.keys(schema.versions ?? {}).map(Number);
  const before = kept.filter(number => number < version).toSorted((a, b) => b - a)[0];
  const { fingerprint, files } = await draftVersion(target, project, {
    version,
    wanted,
    earlier: before === undefined ? undefined : await readFrozen(target, project, before),
  });
  const className = schema.constructor.name;
  return { guid, className, version, fingerprint, entities: wanted.entities.length, path: project.path, files };
}

/** Where versions are kept: beside the class, in a folder that no other Schema has. */
function freeModule(path: string, guid: string, extension: string, beside: Beside): string {
  const usual = `./versions/index${extension}`;
  const file = intendedFile(path, usual) ?? '';
  const isTaken = existsSync(file) || changesOf(beside).some(change => change.path === file);
  return isTaken ? `./${guid.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}-versions/index${extension}` : usual;
}

function changesOf({ others }: Beside): FileChange[] {
  return others.flatMap(({ files }) => files);
}
