import { resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { SchemaDefinitionError } from '../../errors.ts';
import type { Answer, GivenOrm, Target } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Flags } from '../flags.ts';
import type { Location } from '../locations.ts';
import { assertUnchanged, merged, writeAll } from '../project/write-all.ts';
import { makeSchemas, openTarget, type Made } from '../schemas.ts';
import { assertNoEntities } from './entity-paths.ts';
import { findSchemas, type Found } from './found.ts';
import { draftClass, draftVersions, type SetUp } from './freeze.ts';
import { nameSchema } from './naming.ts';
import { packageChange } from './package-json.ts';
import { dataOf, levelData, sayInit } from './say.ts';
import { openUnfrozen, standInFor } from './stand-in.ts';

/** Sets a project up: writes the class if there is none, and freezes `latest` of each that does not keep it yet. */
export async function init({ orm, flags, paint }: GivenOrm): Promise<Answer> {
  const found = findSchemas(flags);
  const made = await makeExisting(orm, found, flags);
  // before any is opened: which entities a Schema has depends on the others
  const fresh = found.fresh && {
    schema: standInFor(orm, nameSchema(found.fresh, flags)),
    location: found.fresh,
  };
  const due = made.filter(({ schema: { versions, latest } }) => !versions || !(latest in versions));
  const levels = made.filter(one => !due.includes(one)).map(openTarget);

  const setUps: SetUp[] = [];
  const beside = { flags, others: setUps };
  for (const one of due) setUps.push(await draftVersions(withEntities(openUnfrozen(one)), beside));
  if (fresh) {
    const target = withEntities(openTarget(fresh));
    setUps.push(await draftClass(target, resolve(fresh.location.path), beside));
  }

  assertNoEntities(
    orm,
    setUps.map(({ files: [version] }) => version.path),
  );
  const places = [...found.existing, ...(fresh ? [{ ...fresh.location, name: fresh.schema.constructor.name }] : [])];
  const texts = places.map(textOf);
  const listing = found.isListed ? [] : packageChange(texts);
  const files = merged([...setUps.flatMap(one => one.files), ...listing]);
  const dryRun = flags.dryRun === true;
  if (dryRun) files.forEach(assertUnchanged);
  else writeAll(files);
  return {
    code: exitCodes.done,
    schemas: [...levels.map(levelData), ...setUps.map(setUp => dataOf(setUp, dryRun))],
    text: sayInit(
      { levels, setUps, files, dryRun, unlisted: found.isListed || listing.length > 0 ? [] : texts },
      paint,
    ),
  };
}

/** The Schemas that are meant; those that share the ORM with them are made as well. */
async function makeExisting(orm: MikroORM, { existing, others, fresh }: Found, { guid }: Flags): Promise<Made[]> {
  const all = [...existing, ...others];
  if (all.length === 0) return [];
  const made = await makeSchemas(orm, { schema: all.map(textOf), color: false });
  const meant = made.filter(({ location }) => existing.some(({ path }) => path === location.path));
  // with a new one, the guid is its own
  return fresh || !guid ? meant : meant.filter(({ schema }) => guid.includes(schema.guid));
}

/** Without entities, it is the wrong configuration that was found. */
function withEntities(target: Target): Target {
  if (target.claim.metadata.length > 0) return target;
  throw new SchemaDefinitionError(
    'there are no entities for it, so there is nothing to freeze: look whether the configuration is the right one, and lists its entities',
    { guid: target.definition.guid },
  );
}

function textOf({ path, name }: Location): string {
  return name === undefined ? path : `${path}#${name}`;
}
