import { resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { SchemaDefinitionError } from '../../../errors.ts';
import type { CommandResult, GivenOrm } from '../../command.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import type { Flags } from '../../flags.ts';
import { assertUnchanged, merged, nameOfFile, writeAll } from '../../project/file-changes.ts';
import {
  makeSchemas,
  openTarget,
  type MadeSchema,
  type SchemaLocation,
  type Target,
} from '../../project/project-schemas.ts';
import { describeFiles, sayFiles } from '../../project/show-files.ts';
import { sayCount, sayLines } from '../../wording.ts';
import { describeLevel } from '../each-schema.ts';
import { nameSchema, openUnfrozen, standInFor } from './new-schema.ts';
import { assertNoEntities, findPlaces, packageChange, type SchemaPlaces } from './schema-places.ts';
import { draftClass, draftVersions, type SetUp } from './set-up.ts';

/** Sets a project up: writes the class if there is none, and freezes `latest` of each that does not keep it yet. */
export async function init({ orm, flags, paint }: GivenOrm): Promise<CommandResult> {
  const places = findPlaces(flags);
  const made = await makeExisting(orm, places, flags);
  // Before any is opened: which entities a Schema has depends on the others.
  const fresh = places.fresh && standInFor(orm, places.fresh, nameSchema(places.fresh, flags));
  const due = made.filter(one => !isLevel(one));
  const levels = made.filter(isLevel).map(openTarget);

  const setUps: SetUp[] = [];
  const beside = { flags, others: setUps };
  for (const one of due) setUps.push(await draftVersions(withEntities(openUnfrozen(one)), beside));
  if (fresh) setUps.push(await draftClass(withEntities(openTarget(fresh)), resolve(fresh.location.path), beside));

  const versionFiles = setUps.map(({ files: [version] }) => version.path);
  assertNoEntities(orm, versionFiles);
  const named = places.fresh && fresh ? [{ ...places.fresh, name: fresh.schema.constructor.name }] : [];
  const texts = [...places.existing, ...named].map(textOf);
  const listing = places.isListed ? [] : packageChange(texts);
  const files = merged([...setUps.flatMap(one => one.files), ...listing]);
  const dryRun = flags.dryRun === true;
  if (dryRun) files.forEach(assertUnchanged);
  else writeAll(files);

  const reports = setUps.map(({ guid, className, version, fingerprint, path, files: own }) => ({
    guid,
    outcome: dryRun ? 'drafted' : 'written',
    className,
    path: nameOfFile(path),
    version,
    fingerprint,
    files: describeFiles(own, dryRun),
  }));
  const isUnlisted = !places.isListed && listing.length === 0;
  const lines = [
    ...levels.map(({ definition: { guid, latest } }) => `${guid}: version ${latest} is frozen already`),
    ...setUps.map(({ guid, className, version, entities }) => {
      const count = sayCount(entities, 'entity', 'entities');
      return `${paint('bold', guid)}: ${nameOfClass(className)} at version ${version}, with ${count}`;
    }),
    ...sayFiles(files, dryRun, paint),
    ...(dryRun ? ['nothing was written'] : []),
    ...(isUnlisted
      ? [
          `say where it is each time, with --schema, or in package.json: "dejavu": { "schema": ${JSON.stringify(texts)} }`,
        ]
      : []),
    ...(dryRun ? [] : nextMoves(setUps)),
  ];
  return { code: EXIT_CODES.done, schemas: [...levels.map(describeLevel), ...reports], text: sayLines(lines) };
}

/** The Schemas that are meant; those that share the ORM with them are made as well. */
async function makeExisting(orm: MikroORM, places: SchemaPlaces, { guid }: Flags): Promise<MadeSchema[]> {
  const { existing, others, fresh } = places;
  const all = [...existing, ...others];
  if (all.length === 0) return [];
  const made = await makeSchemas(orm, { schema: all.map(textOf) });
  const meant = made.filter(({ location }) => existing.some(({ path }) => path === location.path));
  // With a new one, the guid is its own.
  return fresh || !guid ? meant : meant.filter(({ schema }) => guid.includes(schema.guid));
}

function isLevel({ schema: { versions, latest } }: MadeSchema): boolean {
  return versions !== undefined && latest in versions;
}

/** Without entities, it is the wrong configuration that was found. */
function withEntities(target: Target): Target {
  if (target.claim.metadata.length > 0) return target;
  throw new SchemaDefinitionError(
    'there are no entities for it, so there is nothing to freeze: look whether the configuration is the right one, and lists its entities',
    { guid: target.definition.guid },
  );
}

function textOf({ path, name }: SchemaLocation): string {
  return name === undefined ? path : `${path}#${name}`;
}

function nextMoves([first]: readonly SetUp[]): string[] {
  if (!first) return [];
  return [
    'next:',
    `  a new application: await new ${nameOfClass(first.className)}(orm).upgrade() where it starts, or dejavu install`,
    `  one that has databases already: dejavu adopt ${first.version}, once for each of them; with MikroORM's Migrator, run what it has pending before`,
    '  then, whenever entities changed: dejavu next',
  ];
}

/** A class that is exported without a name is called by whoever imports it. */
function nameOfClass(className: string): string {
  return className === 'default' ? 'Schema' : className;
}
