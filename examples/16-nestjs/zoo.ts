import { defineEntity, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';

/** The entity of the first release. */
export const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string() },
});

/** The entity of the second release. */
export const Animal2 = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string(), legs: p.integer().default(4) },
});

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 1;
}

/** The Schema of the second release. */
export class ZooSchema2 extends ZooSchema {
  override readonly latest = 2;

  upgradeTo_2 = (step: Step) => step.execute('alter table animal add column legs integer not null default 4');
}
