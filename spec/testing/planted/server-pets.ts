import { defineEntity, p } from '@mikro-orm/core';
import { PostgreSqlDriver, MikroORM } from '@mikro-orm/postgresql';
import { Schema, type Steps } from '../../../lib/index.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { fingerprint } from '../../../lib/models/fingerprint.ts';
import { describeModule } from '../../../lib/models/frozen-models.ts';
import type { AnyStep } from './pets.ts';

/*
 * A Schema of two versions with what only PostgreSQL has, which keeps every law until a fault is planted in it.
 */

function makeOwner() {
  return defineEntity({ name: 'Owner', properties: { id: p.integer().primary(), name: p.string() } });
}

function petProperties(Owner: ReturnType<typeof makeOwner>) {
  return {
    id: p.integer().primary(),
    name: p.string(),
    mood: p.enum(['glad', 'sad', 'tired']).nativeEnumName('pet_mood'),
    born: p.datetime(6),
    price: p.decimal().precision(20).scale(6),
    data: p.json<unknown>().nullable(),
    tags: p.array().nullable(),
    owner: () => p.manyToOne(Owner).nullable().deleteRule('set null'),
  };
}

function first() {
  const Owner = makeOwner();
  return { Owner, Pet: defineEntity({ name: 'Pet', properties: petProperties(Owner) }) };
}

function second() {
  const Owner = makeOwner();
  const Pet = defineEntity({
    name: 'Pet',
    indexes: [
      { name: 'pet_cheap', properties: ['price'], include: ['name'], where: 'price < 10' },
      { name: 'pet_told', expression: 'create index "pet_told" on "pet" ("name" collate "C")' },
    ],
    properties: { ...petProperties(Owner), note: p.string().nullable() },
  });
  return { Owner, Pet };
}

/** What the steps do besides their own work. */
export interface ServerParts {
  readonly steps?: Steps;
  /** Before the step to version 2 does its own work. */
  readonly begin?: (step: AnyStep) => Promise<unknown>;
  /** After it. */
  readonly end?: (step: AnyStep) => Promise<unknown>;
  readonly down?: (step: AnyStep) => Promise<unknown>;
  readonly install?: (step: AnyStep) => Promise<unknown>;
}

let frozen: object | undefined;

async function frozenVersions(): Promise<object> {
  if (frozen) return frozen;
  const orm = await MikroORM.init({ dbName: 'nowhere', entities: [], discovery: { warnWhenNoEntities: false } });
  frozen = Object.fromEntries(
    [first(), second()].map((module, index) => [
      index + 1,
      { fingerprint: fingerprint(describeModule(orm, module, { name: 'a version' })), load: async () => module },
    ]),
  );
  return frozen;
}

/** The Schema with a fault in it. */
export async function serverPets({ steps, begin, end, down, install }: ServerParts) {
  const versions = await frozenVersions();
  return class Pets extends Schema {
    readonly guid = 'pets';
    readonly latest = 2;
    override readonly versions = versions as never;
    override readonly steps = steps ?? { 2: { compatible: 1, lossy: 'drops notes' } };

    async upgradeTo_2(step: AnyStep) {
      await begin?.(step);
      await step.addProperty(step.after.Pet, 'note');
      await step.addIndex(step.after.Pet, 'pet_cheap');
      await step.addIndex(step.after.Pet, 'pet_told');
      await end?.(step);
    }

    async downgradeTo_1(step: AnyStep) {
      await step.alterStorage(step.before.Pet, step.after.Pet);
      await down?.(step);
    }

    override async onInstall(step: AnyStep) {
      await install?.(step);
    }
  };
}

/** The application's configuration. */
export function serverOptions(clientUrl: string): object {
  return { driver: PostgreSqlDriver, clientUrl, entities: [...bindModule(second(), { name: 'the release' }).all] };
}
