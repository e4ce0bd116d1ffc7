import { defineEntity, p } from '@mikro-orm/core';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { Schema, type Step } from '../lib/index.ts';
import type { OrmOptions } from '../spec/support/databases.ts';

/*
 * What is upgraded, installed and migrated: the same for everybody.
 */

/** The statement of a trivial step. */
export const TRIVIAL = 'update counter set n = n + 1';
export const CREATE_COUNTER = 'create table counter (id integer primary key, n integer not null)';
export const STEPS = 1000;
export const TABLES = 100;

/** One row with a number in it. Made anew for each ORM, as two must not share an entity. */
export function counter() {
  return [defineEntity({ name: 'Counter', properties: { id: p.integer().primary(), n: p.integer().default(0) } })];
}

/** Many tables, each with an index and, but for the first, a foreign key. */
export function manyTables() {
  const entities: ReturnType<typeof table>[] = [];
  for (let n = 0; n < TABLES; n += 1) entities.push(table(n, entities.at(-1)));
  return entities;
}

function table(n: number, parent: object | undefined) {
  const properties = {
    id: p.integer().primary(),
    name: p.string().index(),
    amount: p.integer().default(0),
    note: p.text().nullable(),
    bornAt: p.datetime(),
  };
  const refers = parent && { parent: () => p.manyToOne(parent as ReturnType<typeof counter>[0]).nullable() };
  return defineEntity({ name: `Thing${n}`, properties: { ...properties, ...refers } });
}

/** A first release. */
export class FirstSchema extends Schema {
  readonly guid = 'bench';
  readonly latest = 1;
}

/** A release that is a thousand trivial steps later. */
export class LaterSchema extends Schema {
  readonly guid = 'bench';
  readonly latest = STEPS + 1;
}
for (let version = 2; version <= STEPS + 1; version += 1) {
  Object.defineProperty(LaterSchema.prototype, `upgradeTo_${version}`, {
    value: async (step: Step) => void (await step.execute(TRIVIAL)),
  });
}

/** An ORM with MikroORM's Migrator and as many migrations as there are versions, each of its own SQL. */
export function withMigrations(migrations: readonly (readonly string[])[], allOrNothing = true): OrmOptions {
  return {
    extensions: [Migrator],
    migrations: {
      migrationsList: migrations.map((sql, index) => ({
        name: `Migration${String(index + 1).padStart(5, '0')}`,
        class: class extends Migration {
          up(): void {
            for (const statement of sql) this.addSql(statement);
          }
        },
      })),
      allOrNothing,
      snapshot: false,
      silent: true,
    },
  };
}
