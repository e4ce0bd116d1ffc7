import { defineEntity, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';

export const Hit = defineEntity({ name: 'Hit', properties: { id: p.integer().primary(), text: p.string() } });

export class SearchSchema extends Schema {
  readonly guid = 'search';
  readonly latest: number = 1;
  override readonly entities = [Hit];
  override readonly dependsOn = { billing: 1 };
}

/** The second release. */
export class Search2 extends SearchSchema {
  override readonly latest = 2;
  override readonly steps = { 2: { dependsOn: { billing: 2 } } };

  upgradeTo_2 = (step: Step) => step.execute(`insert into hit (id, text) select id, currency from bill`);
}
