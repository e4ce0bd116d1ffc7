import { bindModule } from '../../../lib/models/bind-module.ts';
import { defineEntity, p, type MikroORM } from '@mikro-orm/core';
import type { Schema, Step } from '../../../lib/index.ts';
import { openOrm, type OrmOptions, type TestDatabase } from '../../support/databases.ts';
import { schemaClass, type Members } from '../../support/schemas.ts';
import { versionsOf } from '../releases.ts';

// An application in two releases: notes, and notes with stars.

function modules() {
  const one = defineEntity({ name: 'Note', properties: { id: p.integer().primary(), body: p.text() } });
  return [{ Note: one }, { Note: starred() }] as const;
}

function starred() {
  return defineEntity({
    name: 'Note',
    properties: { id: p.integer().primary(), body: p.text(), stars: p.integer().default(0) },
  });
}

const STEPS: Members = {
  async upgradeTo_2(step: Step<object, { Note: ReturnType<typeof starred> }>) {
    await step.addProperty(step.after.Note, 'stars', { fill: 5 });
  },
};

/** The first or the second release, on a database that this process or another one created. */
export async function notebook(
  database: TestDatabase | string,
  release: 1 | 2,
  { members = STEPS, options }: { readonly members?: Members; readonly options?: OrmOptions } = {},
): Promise<{ schema: Schema; orm: MikroORM }> {
  const all = modules().slice(0, release);
  const entities = [...bindModule({ ...all[release - 1] }, { name: 'the release' }).all];
  const orm = await (typeof database === 'string'
    ? openOrm(database, entities, options)
    : database.orm(entities, options));
  const Notebook = schemaClass({
    versions: versionsOf(orm, all),
    latest: release,
    ...(release === 2 && { ...STEPS, ...members }),
  });
  return { schema: new Notebook(orm), orm };
}

/** Installs the first release and fills it. */
export async function filled(database: TestDatabase, rows = 3): Promise<void> {
  await (await notebook(database, 1)).schema.upgrade();
  const series =
    database.dialect === 'sqlite'
      ? `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows}) select i, 'note ' || i from n`
      : `select i, 'note ' || i from generate_series(1, ${rows}) i`;
  await database.execute(`insert into note (id, body) ${series}`);
}
