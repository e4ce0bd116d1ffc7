import type { MikroORM } from '@mikro-orm/core';
import { Schema, type Step } from '../../../../lib/index.ts';

/** What both have in common is no Schema itself. */
export abstract class ModuleSchema extends Schema {
  readonly latest: number = 1;
}

export class AnimalsSchema extends ModuleSchema {
  readonly guid = 'animals';
  override readonly entities = ['Animal'];
}

export class TicketsSchema extends ModuleSchema {
  readonly guid = 'tickets';
  override readonly entities = ['Ticket'];
}

/** The next release, whose step fails. */
export class FailingSchema extends TicketsSchema {
  override readonly latest = 2;

  async upgradeTo_2(step: Step) {
    await step.execute('select * from nowhere');
  }
}

/** Made with the options the application gives it. */
export function inAnnex(orm: MikroORM): Schema {
  return new AnimalsSchema(orm, { namespace: 'annex' });
}

/** Made of something else. */
export function nothing(): object {
  return {};
}
