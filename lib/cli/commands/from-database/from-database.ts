import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { MikroORM } from '@mikro-orm/core';
import { isJavaScript } from '../../../class-source/source-style.ts';
import { describeEntities, hasStorage } from '../../../models/describe-entities.ts';
import { buildEntities } from '../../../modeler/build-entities.ts';
import { decoratedFiles, entityFiles } from '../../../modeler/entity-files.ts';
import { readDatabase, type ReadDatabase } from '../../../modeler/read-database.ts';
import { databaseOf, readRow, type Database } from '../../../store/database.ts';
import { openDatabase } from '../../../store/opening/open-database.ts';
import { translate } from '../../../store/opening/translate.ts';
import type { CommandResult, GivenOrm } from '../../command.ts';
import { codeOfError, EXIT_CODES, UsageError } from '../../exit-codes.ts';
import type { Flags } from '../../line/flags.ts';
import { javaScriptEnding } from '../../project/javascript-files.ts';
import { declaredEntities } from '../../project/draft-version.ts';
import { assertUnchanged, merged, nameOfFile, tentatively, type FileChange } from '../../project/file-changes.ts';
import { openTarget, type SchemaLocation } from '../../project/project-schemas.ts';
import { describeFiles, sayFiles } from '../../project/show-files.ts';
import { sayLines } from '../../tables-and-colours.ts';
import { nameSchema, standInFor } from '../init/new-schema.ts';
import { assertNoEntities, findPlaces, importStyle, isIn, packageChange } from '../init/schema-places.ts';
import { isCommonJsProject } from '../init/javascript-project.ts';
import { draftClass } from '../init/set-up.ts';
import { chooseExtension, tryOut } from '../init/try-out.ts';
import { chooseDecorators } from './choose-decorators.ts';
import { configureEntities } from './configure-entities.ts';
import { assertSameEntities } from './written-entities.ts';
import { recordVersion, sayRecorded } from './record-version.ts';
import { describeFound, extraPaths, sayFound, sayNext } from './say-database.ts';

/** How long a database may take to answer. */
const PATIENCE = { waitMs: 10_000 };

/** Sets up a project from a database: entities for its tables, a Schema, and the first frozen version. Asks, then adopts. */
export async function initFromDatabase(given: GivenOrm): Promise<CommandResult> {
  const { orm, flags, paint } = given;
  const fresh = placeOf(flags);
  assertNoEntitiesYet(orm);
  const names = nameSchema(fresh, flags);
  const database = databaseOf(names.guid, orm);
  const found = await readAll(database, orm);
  const modelled = await ormWith(orm, found);
  try {
    const extra = extraPaths(found);
    const target = openTarget(standInFor(modelled, fresh, names));
    const setUp = await draftClass(target, resolve(fresh.path), { flags, others: [], generated: { extra } });
    const entities = await draftEntities(modelled, found, { flags, schema: resolve(fresh.path) });
    assertNoEntities(orm, [setUp.files[0].path]);
    const location = `${fresh.path}#${names.className}`;
    const configured = configureEntities({ orm, modelled, ...entities }, flags.config);
    const files = merged([...entities.files, ...setUp.files, ...listSchema(flags, location), ...configured.changes]);
    const dryRun = flags.dryRun === true;
    if (dryRun) files.forEach(assertUnchanged);
    const complaints = dryRun ? [] : await writeTried(files, { location, flags, entities: entities.index, modelled });
    const recorded = dryRun
      ? undefined
      : await recordVersion(given, {
          // An ORM has one Schema of a guid, and that was the one of the draft
          makeOrm: () => ormWith(orm, found),
          location,
          place: database.place,
        });
    const report = {
      guid: names.guid,
      outcome: dryRun ? 'drafted' : 'written',
      className: names.className,
      path: nameOfFile(setUp.path),
      version: setUp.version,
      fingerprint: setUp.fingerprint,
      files: describeFiles(files, dryRun),
      ...describeFound(found),
      adopted: recorded?.report !== undefined,
    };
    const lines = [
      ...sayFound(found, { ...names, place: database.place }, paint),
      ...sayFiles(files, dryRun, paint),
      ...(dryRun ? ['Nothing was written.'] : []),
      ...(complaints.length > 0 ? ['TypeScript reports errors in the new files:', ...complaints] : []),
      ...(recorded ? sayRecorded(recorded) : []),
      ...(dryRun ? [] : sayNext(configured.byHand, recorded?.report !== undefined)),
    ];
    const { error } = recorded ?? {};
    const code = error === undefined ? EXIT_CODES.done : codeOfError(error);
    return { code, schemas: [report], text: sayLines(lines), ...(error !== undefined && { error }) };
  } finally {
    await modelled.close(true);
  }
}

/** The file of the Schema to write. */
function placeOf(flags: Flags): SchemaLocation {
  const { fresh, existing } = findPlaces(flags);
  if (fresh) return fresh;
  const path = existing.map(place => place.path).join(', ');
  throw new UsageError(
    `${path} exists, and --from-database writes a new Schema. Name a new file with --schema, or run npx dejavu init without --from-database.`,
  );
}

function assertNoEntitiesYet(orm: MikroORM): void {
  const count = [...orm.getMetadata().getAll().values()].filter(meta => hasStorage(meta)).length;
  if (count === 0) return;
  throw new UsageError(
    `MikroORM's configuration has ${count} entities already, and --from-database writes new ones. To freeze the entities you have, run npx dejavu init. To write new ones, use a configuration without entities: --config <path>.`,
  );
}

async function readAll(database: Database, orm: MikroORM): Promise<ReadDatabase> {
  const { guid, place } = database;
  const isThere = await openDatabase(database, PATIENCE, { mayCreate: false });
  if (!isThere) throw new UsageError(`There is no database ${place}. Check dbName in MikroORM's configuration.`);
  const row = await readRow(database, PATIENCE);
  if (row) {
    throw new UsageError(
      `${place} is at version ${row.version} of ${guid} already, so it belongs to a Schema that exists. Use the code of that Schema, or give the new one another guid: --guid <guid>`,
    );
  }
  const found = await readDatabase(database, orm, PATIENCE).catch(error => Promise.reject(translate(database, error)));
  if (found.entities.length > 0) return found;
  const why = found.leftOut.map(({ table, reason }) => `${table.name}: ${reason}`).join('; ');
  throw new UsageError(
    `${place} has no table that can become an entity${why === '' ? '' : ` (${why})`}. Nothing was written.`,
  );
}

/** The project's ORM with entities for the tables. */
async function ormWith({ config }: MikroORM, { entities }: ReadDatabase): Promise<MikroORM> {
  return MikroORM.init({
    ...config.getAll(),
    entities: buildEntities(entities),
    entitiesTs: [],
    discovery: config.get('discovery'),
    allowGlobalContext: true,
    connect: false,
  } as never);
}

/** The files of the entities, next to the Schema; `index` is the one that exports all. */
async function draftEntities(
  modelled: MikroORM,
  found: ReadDatabase,
  { flags, schema }: { readonly flags: Flags; readonly schema: string },
) {
  const folder = join(dirname(schema), 'entities');
  const isScript = isJavaScript(schema);
  const decorators = flags.decorators ? await chooseDecorators(isScript) : undefined;
  if (isScript && isCommonJsProject(schema, flags.config)) {
    throw new UsageError(
      'The project is CommonJS, and --from-database writes ES modules. Set "type": "module" in package.json: npm pkg set type=module',
    );
  }
  const extension = isScript ? javaScriptEnding(schema) : await chooseExtension(await importStyle(flags.config));
  const ending = isScript ? extension : '.ts';
  const form = { extension, ending };
  const sources = decorators
    ? decoratedFiles(found.entities, { ...form, decorators })
    : entityFiles(await declaredEntities(modelled), form);
  const files = sources.map(({ name, text }): FileChange => ({
    path: join(folder, name),
    before: undefined,
    after: text,
  }));
  const taken = files.find(({ path }) => existsSync(path));
  if (taken) {
    throw new UsageError(
      `${nameOfFile(taken.path)} exists, and would be overwritten. Move it, or keep the Schema in another folder with --schema. Nothing was written.`,
    );
  }
  return { files, index: join(folder, `index${ending}`), extension };
}

/** The line in package.json by which the command finds the Schema. */
function listSchema(flags: Flags, location: string): FileChange[] {
  const { listed } = findPlaces(flags);
  const [path = ''] = location.split('#');
  const texts = listed.map(place => (place.name === undefined ? place.path : `${place.path}#${place.name}`));
  return isIn(listed, { path, name: undefined }) ? [] : packageChange([location], texts);
}

interface Trial {
  readonly location: string;
  readonly flags: Flags;
  readonly entities: string;
  readonly modelled: MikroORM;
}

/** Writes the files if they can be imported, and say the same entities as the tables; otherwise none. */
async function writeTried(files: readonly FileChange[], trial: Trial): Promise<readonly string[]> {
  const { location, flags, entities, modelled } = trial;
  const paths = files.map(({ path }) => path).filter(path => /\.[cm]?[jt]s$/.test(path));
  return tentatively(files, async () => {
    await assertSameEntities(modelled, entities, describeEntities(modelled));
    return ['stay', await tryOut([location], paths, flags)];
  });
}
