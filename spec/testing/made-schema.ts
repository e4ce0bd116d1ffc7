import type { MikroORM } from '@mikro-orm/core';
import { Schema, type Steps } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { offline } from '../changes/workspace.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- of entities that are made in a function
type AnyStep = any;

/** What a Schema is made of: a function for the entities of each version, and the methods of its steps. */
export interface MadeParts {
  readonly versions: readonly (() => object)[];
  readonly methods: Readonly<Record<`${'up' | 'down'}gradeTo_${number}`, (step: AnyStep) => Promise<unknown>>>;
  readonly steps?: Steps;
}

/** Makes a Schema with frozen versions, and the entities of its application. */
export function madeSchema({ versions, methods, steps = {} }: MadeParts) {
  const orm = offline('sqlite', []) as unknown as MikroORM;
  const frozen = versions.map((make, index) => {
    const module = make();
    const print = fingerprint(describeModule(orm, module, { name: `version ${index + 1}` }));
    return [index + 1, { fingerprint: print, load: async () => module }] as const;
  });
  class Made extends Schema {
    readonly guid = 'made';
    readonly latest = versions.length;
    override readonly versions = Object.fromEntries(frozen);
    override readonly steps = steps;
  }
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(Made.prototype, name, { value });
  const entities = () => [...bindModule({ ...versions.at(-1)?.() }, { name: 'the release' }).all];
  return { SchemaClass: Made, entities };
}
