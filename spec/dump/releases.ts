import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEntity, p, type MikroORM } from '@mikro-orm/core';
import { bindModule } from '../../lib/models/bind-module.ts';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import type { TestDatabase } from '../support/databases.ts';
import { schemaClass, type Members } from '../support/schemas.ts';

/** One frozen version after another, from version 1. */
export type Modules = readonly Readonly<Record<string, object>>[];

/** A Schema on a database whose entities are those of the last of some frozen versions. */
export async function schemaOn(database: TestDatabase, modules: Modules, members: Members = {}) {
  const latest = (members['latest'] as number | undefined) ?? modules.length;
  const orm = await database.orm([...bindModule({ ...modules[latest - 1] }, { name: 'the release' }).all]);
  const Zoo = schemaClass({ versions: versionsOf(orm, modules.slice(0, latest)), latest, ...members });
  return new Zoo(orm);
}

/** Frozen versions, as `versions/index.ts` has them. */
export function versionsOf(orm: MikroORM, modules: Modules) {
  return Object.fromEntries(
    modules.map((module, index) => [
      index + 1,
      { fingerprint: fingerprint(describeModule(orm, module, { name: 'a version' })), load: async () => module },
    ]),
  );
}

/** A folder that is not there yet. */
export function newFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'dejavu-dump-')), 'dump');
}

/** All files of a dump by their paths, but for the one that says when and where it was made. */
export function filesOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.includes('.'));
  const files = paths.filter(path => path !== 'source.json').toSorted();
  return Object.fromEntries(files.map(path => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** The rows of a table in a dump, without its first line. */
export function rowsIn(folder: string, table: string): string[] {
  return readFileSync(join(folder, 'tables', `${table}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1);
}

/** An entity with a property of every type, all but its key nullable. */
export function everyType() {
  const Address = defineEntity({
    name: 'Address',
    embeddable: true,
    properties: { city: p.string().nullable(), since: p.datetime().nullable() },
  });
  const Thing = defineEntity({
    name: 'Thing',
    properties: {
      id: p.integer().primary(),
      big: p.bigint().nullable(),
      small: p.smallint().nullable(),
      flag: p.boolean().nullable(),
      single: p.float().nullable(),
      double: p.double().nullable(),
      money: p.decimal().precision(30).scale(4).nullable(),
      word: p.string().nullable(),
      text: p.text().nullable(),
      code: p.character().length(3).nullable(),
      at: p.datetime().nullable(),
      local: p.datetime().columnType('timestamp').nullable(),
      day: p.date().nullable(),
      time: p.time(6).nullable(),
      span: p.interval().nullable(),
      json: p.json<unknown>().nullable(),
      list: p.array().nullable(),
      uuid: p.uuid().nullable(),
      bytes: p.blob().nullable(),
      kind: p.enum(['a', 'b']).nullable(),
      kinds: p.enum(['a', 'b']).array().nullable(),
      twice: p.integer().generated('(small * 2) stored').nullable(),
      home: () => p.embedded(Address).nullable(),
      away: () => p.embedded(Address).object().nullable(),
      parent: () => p.manyToOne(Thing).nullable(),
    },
  });
  return { Thing, Address };
}
