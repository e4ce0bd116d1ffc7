import { defineEntity, p, type MikroORM } from '@mikro-orm/core';
import { Schema, type Steps } from '../../../lib/index.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { fingerprint } from '../../../lib/models/fingerprint.ts';
import { describeModule } from '../../../lib/models/frozen-models.ts';
import { offline } from '../../changes/workspace.ts';

/*
 * A Schema of three versions that keeps every law, made of parts of which a fault replaces one.
 */

// oxlint-disable-next-line typescript/no-explicit-any -- of entities that are made in a function
export type AnyStep = any;
type Part = (this: AnyStep, step: AnyStep) => Promise<unknown>;

export function first() {
  const Owner = defineEntity({ name: 'Owner', properties: { id: p.integer().primary(), name: p.string() } });
  const Pet = defineEntity({
    name: 'Pet',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      price: p.decimal().precision(10).scale(2),
      weight: p.double(),
      born: p.datetime(),
      seen: p.bigint(),
      note: p.string().nullable(),
      data: p.json<unknown>().nullable(),
      owner: () => p.manyToOne(Owner).nullable(),
      friends: () => p.manyToMany(Pet),
    },
  });
  return { Owner, Pet };
}

export function second() {
  const { Owner } = first();
  const Pet = defineEntity({
    name: 'Pet',
    indexes: [{ name: 'pet_heavy', properties: ['weight'], where: 'weight > 10' }],
    checks: [{ name: 'pet_legs', expression: 'legs >= 0' }],
    triggers: [
      {
        name: 'pet_seen',
        timing: 'after',
        events: ['insert'],
        forEach: 'row',
        body: 'update owner set name = name where id = new.owner_id',
      },
    ],
    properties: {
      id: p.integer().primary(),
      name: p.string().index(),
      price: p.decimal().precision(10).scale(2),
      weight: p.double(),
      born: p.datetime(),
      seen: p.bigint(),
      note: p.string().nullable(),
      data: p.json<unknown>().nullable(),
      owner: () => p.manyToOne(Owner).nullable(),
      friends: () => p.manyToMany(Pet),
      legs: p.integer().default(4),
      code: p.string().nullable().unique(),
      size: p.enum(['small', 'large']).default('small'),
      best: () => p.manyToOne(Pet).nullable().deleteRule('cascade'),
    },
  });
  return { Owner, Pet };
}

export function third() {
  const { Owner, Pet } = second();
  const Kind = defineEntity({ name: 'Kind', properties: { id: p.integer().primary(), name: p.string() } });
  return { Owner, Pet, Kind };
}

const KINDS = `insert into kind (id, name) values (1, 'dog'), (2, 'cat')`;

/** What steps and installation do, part by part, in this order. */
const SOUND = {
  legs: (step: AnyStep) => step.addProperty(step.after.Pet, 'legs'),
  code: (step: AnyStep) => step.addProperty(step.after.Pet, 'code'),
  size: (step: AnyStep) => step.addProperty(step.after.Pet, 'size'),
  best: (step: AnyStep) => step.addProperty(step.after.Pet, 'best'),
  nameIndex: (step: AnyStep) => step.addIndex(step.after.Pet, ['name']),
  heavyIndex: (step: AnyStep) => step.addIndex(step.after.Pet, 'pet_heavy'),
  check: (step: AnyStep) => step.addCheck(step.after.Pet, 'pet_legs'),
  trigger: (step: AnyStep) =>
    step.execute(
      'create trigger pet_seen after insert on pet for each row begin update owner set name = name where id = new.owner_id; end',
    ),
  end: async (_step: AnyStep) => {},
  kinds: async (step: AnyStep) => {
    await step.createStorage(step.after.Kind);
    await step.execute(KINDS);
  },
  install: (step: AnyStep) => step.execute(KINDS),
  down: async (step: AnyStep) => {
    await step.execute('drop trigger pet_seen');
    await step.alterStorage(step.before.Pet, step.after.Pet);
  },
  dropKinds: (step: AnyStep) => step.dropStorage(step.before.Kind),
} satisfies Readonly<Record<string, Part>>;

const SECOND = ['legs', 'code', 'size', 'best', 'nameIndex', 'heavyIndex', 'check', 'trigger', 'end'] as const;

/** One thing that is wrong. */
export interface PlantedParts extends Partial<Record<keyof typeof SOUND, Part>> {
  readonly steps?: Steps;
  readonly versions?: (sound: Record<number, object>) => Record<number, object>;
}

/** The fingerprints are the same for all faults, and cost the most. */
let frozen: Record<number, object> | undefined;

function frozenVersions(): Record<number, object> {
  const orm = offline('sqlite', []) as unknown as MikroORM;
  frozen ??= Object.fromEntries(
    [first(), second(), third()].map((module, index) => [
      index + 1,
      { fingerprint: fingerprint(describeModule(orm, module, { name: 'a version' })), load: async () => module },
    ]),
  );
  return frozen;
}

export const SOUND_STEPS: Steps = {
  2: { lossy: 'drops legs, codes, sizes and best friends' },
  3: { compatible: 2, lossy: 'drops kinds' },
};

/** The Schema with what is wrong in the place of what is right, and the entities that the application has. */
export function petSchema(planted: PlantedParts = {}) {
  const parts: Record<keyof typeof SOUND, Part> = { ...SOUND, ...planted };
  const versions = planted.versions?.(frozenVersions()) ?? frozenVersions();
  class Pets extends Schema {
    readonly guid = 'pets';
    readonly latest = 3;
    override readonly versions = versions as never;
    override readonly steps = planted.steps ?? SOUND_STEPS;

    async upgradeTo_2(step: AnyStep) {
      for (const name of SECOND) await parts[name].call(this, step);
    }

    async upgradeTo_3(step: AnyStep) {
      await parts.kinds.call(this, step);
    }

    async downgradeTo_2(step: AnyStep) {
      await parts.dropKinds(step);
    }

    async downgradeTo_1(step: AnyStep) {
      await parts.down(step);
    }

    override async onInstall(step: AnyStep) {
      await parts.install(step);
    }
  }
  return Pets;
}

/** The entities of the application, made anew. */
export function petEntities(module: object = third()) {
  return [...bindModule({ ...module }, { name: 'the release' }).all];
}
