import { resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { importVersion } from '../../../boot/frozen/load-version.ts';
import { isJavaScript } from '../../../class-source/source-style.ts';
import { SchemaDefinitionError } from '../../../errors.ts';
import { keyLiteral } from '../../../source-code/literals.ts';
import type { CommandResult, GivenOrm } from '../../command.ts';
import { EXIT_CODES, UsageError } from '../../exit-codes.ts';
import type { Flags } from '../../line/flags.ts';
import { assertUnchanged, merged, nameOfFile, tentatively, type FileChange } from '../../project/file-changes.ts';
import {
  makeSchemas,
  openTarget,
  type MadeSchema,
  type SchemaLocation,
  type Target,
} from '../../project/project-schemas.ts';
import { describeFiles, sayFiles } from '../../project/show-files.ts';
import { sayUndeclared, undeclaredNeeds } from '../../project/undeclared-needs.ts';
import { sayCount, sayLines } from '../../tables-and-colours.ts';
import { describeLevel } from '../each-schema.ts';
import { compareDatabase, describeCompared, sayCompared, type DatabaseComparison } from './compare-database.ts';
import { nameSchema, openUnfrozen, standInFor } from './new-schema.ts';
import { assertNoEntities, findPlaces, isIn, packageChange, type SchemaPlaces } from './schema-places.ts';
import { protectConfig } from './protect-config.ts';
import { draftClass, draftVersions, type SetUp } from './set-up.ts';
import { tryOut } from './try-out.ts';

/** Sets up a project: writes a class if there is none, and freezes `latest` of each Schema that has not frozen it yet. */
export async function init({ orm, flags, paint }: GivenOrm): Promise<CommandResult> {
  const places = findPlaces(flags);
  const all = await makeExisting(orm, places);
  const made = meantOf(all, places, flags);
  if (!places.fresh) assertMeant(all, made, flags);
  // Made before any Schema is opened, because the entities of a Schema depend on the other Schemas.
  const fresh = places.fresh && standInFor(orm, places.fresh, nameSchema(places.fresh, flags, all.map(namesOf)));
  const due = made.filter(one => !isLevel(one));
  const levels = made.filter(isLevel).map(openTarget);
  for (const { definition } of levels) await assertLoads(definition);

  const setUps: SetUp[] = [];
  const beside = { flags, others: setUps };
  for (const one of due) setUps.push(await draftVersions(withEntities(openUnfrozen(one)), beside));
  if (fresh) setUps.push(await draftClass(withEntities(openTarget(fresh)), resolve(fresh.location.path), beside));

  const versionFiles = setUps.map(({ files: [version] }) => version.path);
  assertNoEntities(orm, versionFiles);
  const named = places.fresh && fresh ? [{ ...places.fresh, name: fresh.schema.constructor.name }] : [];
  const texts = [...places.existing, ...named].map(textOf);
  const listed = places.listed.map(textOf);
  const unlisted = [...places.existing, ...named].filter(place => !isIn(places.listed, place)).map(textOf);
  const listing = places.isListed ? [] : packageChange(unlisted, listed);
  const protection = setUps.length > 0 ? protectConfig(orm, flags.config) : { changes: [] };
  const files = merged([...setUps.flatMap(one => one.files), ...listing, ...protection.changes]);
  const compared = new Map<SetUp, DatabaseComparison>();
  for (const setUp of setUps) {
    const found = await compareDatabase(setUp);
    if (found) compared.set(setUp, found);
  }
  const targets = [...all.map(openUnfrozen), ...setUps.map(one => one.target)];
  const needs = setUps.flatMap(setUp => needLines(setUp, targets));
  const dryRun = flags.dryRun === true;
  if (dryRun) files.forEach(assertUnchanged);
  const complaints = dryRun ? [] : await writeTried(files, texts, flags);

  const reports = setUps.map(setUp => ({
    guid: setUp.guid,
    outcome: dryRun ? 'drafted' : 'written',
    className: setUp.className,
    path: nameOfFile(setUp.path),
    version: setUp.version,
    fingerprint: setUp.fingerprint,
    files: describeFiles(setUp.files, dryRun),
    ...describeCompared(compared.get(setUp)),
  }));
  const isUnlisted = !places.isListed && listing.length === 0;
  const lines = [
    ...levels.map(({ definition: { guid, latest } }) => `${guid}: version ${latest} is already frozen`),
    ...setUps.map(({ guid, className, version, entities }) => {
      const count = sayCount(entities, 'entity', 'entities');
      return `${paint('bold', guid)}: ${nameOfClass(className)} at version ${version}, with ${count}`;
    }),
    ...sayFiles(files, dryRun, paint),
    ...(fresh && !flags.guid ? [guidLine(setUps.at(-1)?.guid ?? '', dryRun)] : []),
    ...(dryRun ? ['Nothing was written.'] : []),
    ...(protection.byHand === undefined ? [] : [protection.byHand]),
    ...(complaints.length > 0 ? ['TypeScript reports errors in the new files:', ...complaints] : []),
    ...[...compared].flatMap(([setUp, found]) => sayCompared(setUp, found)),
    ...needs,
    ...(isUnlisted
      ? [
          `Name the file in each command with --schema, or add it to package.json: "dejavu": { "schema": ${JSON.stringify([...listed, ...unlisted])} }`,
        ]
      : []),
    ...(dryRun ? [] : nextMoves(setUps)),
  ];
  return { code: EXIT_CODES.done, schemas: [...levels.map(describeLevel), ...reports], text: sayLines(lines) };
}

/** Writes the files if they can be imported and compiled; otherwise none. */
async function writeTried(
  files: readonly FileChange[],
  schemas: readonly string[],
  flags: Flags,
): Promise<readonly string[]> {
  if (files.length === 0) return [];
  const paths = files.map(({ path }) => path).filter(path => /\.[cm]?ts$/.test(path));
  return tentatively(files, async () => ['stay', await tryOut(schemas, paths, flags)]);
}

/** Makes the existing Schemas: the requested ones, and those that share their ORM. */
async function makeExisting(orm: MikroORM, { existing, others }: SchemaPlaces): Promise<MadeSchema[]> {
  const all = [...existing, ...others];
  return all.length === 0 ? [] : makeSchemas(orm, { schema: all.map(textOf) });
}

/** The requested ones of the existing Schemas. */
function meantOf(all: readonly MadeSchema[], { existing, fresh }: SchemaPlaces, { guid }: Flags): MadeSchema[] {
  const meant = all.filter(({ location }) => existing.some(({ path }) => path === location.path));
  // A new Schema takes its guid from --guid.
  return fresh || !guid ? meant : meant.filter(({ schema }) => guid.includes(schema.guid));
}

/** Refuses flags that name a new Schema, if all files exist. */
function assertMeant(all: readonly MadeSchema[], made: readonly MadeSchema[], { name, guid: [guid] = [] }: Flags) {
  const isUnknown = guid !== undefined && made.length === 0;
  if (name === undefined && !isUnknown) return;
  const found =
    name === undefined
      ? `No Schema has the guid '${guid}'. The guids are: ${all.map(({ schema }) => schema.guid).join(', ')}.`
      : `--name is for a new Schema, and ${all.map(({ location }) => location.path).join(' and ')} exists.`;
  const names = `${name === undefined ? '' : `--name ${name} `}--guid ${guid ?? '<guid>'}`;
  throw new UsageError(`${found} To write a new Schema, name its file: npx dejavu init --schema <path> ${names}`);
}

function namesOf({ schema }: MadeSchema) {
  return { guid: schema.guid, className: schema.constructor.name };
}

function isLevel({ schema: { versions, latest } }: MadeSchema): boolean {
  return versions !== undefined && latest in versions;
}

/** A version that the index names may have lost its file. */
async function assertLoads(definition: Target['definition']): Promise<void> {
  const { guid, latest } = definition;
  const frozen = definition.versionOf(latest);
  if (frozen) await importVersion(frozen, latest, guid);
}

/** Tells which other Schemas a Schema needs first. */
function needLines({ target, guid, path, className }: SetUp, others: readonly Target[]): string[] {
  return undeclaredNeeds(target, others).map(need => {
    const line = `dependsOn = { ${keyLiteral(need.guid)}: ${need.version} };`;
    const member = isJavaScript(path) ? line : `override readonly ${line}`;
    return `${guid}: ${sayUndeclared(need, nameOfClass(className), member)}`;
  });
}

/** Refuses a Schema without entities: the configuration found is probably the wrong one. */
function withEntities(target: Target): Target {
  if (target.claim.metadata.length > 0) return target;
  throw new SchemaDefinitionError(
    'This Schema has no entities, so there is nothing to freeze. Check that --config names the right MikroORM configuration, and that it lists the entities.',
    { guid: target.definition.guid },
  );
}

function textOf({ path, name }: SchemaLocation): string {
  return name === undefined ? path : `${path}#${name}`;
}

/** A guid that was not asked for is noticed before a database has it. */
function guidLine(guid: string, dryRun: boolean): string {
  const next = dryRun
    ? 'To choose another: --guid <guid>'
    : 'To choose another, edit it before the first database is created';
  return `The guid, which names the Schema in each database for good, is '${guid}'. ${next}.`;
}

function nextMoves([first]: readonly SetUp[]): string[] {
  if (!first) return [];
  return [
    'next:',
    `  a new application: call await new ${nameOfClass(first.className)}(orm).upgrade() at its start, or run npx dejavu install`,
    `  an application that already has databases: run npx dejavu adopt ${first.version} once for each database (with MikroORM's Migrator, run its pending migrations first)`,
    '  after each change of the entities: npx dejavu next',
  ];
}

/** A default export without a name gets its name from the importing file. */
function nameOfClass(className: string): string {
  return className === 'default' ? 'Schema' : className;
}
