import { defineEntity, p } from '@mikro-orm/sqlite';
import { Schema } from 'mikro-orm-dejavu';

export const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}
