/*
 * Stands around a look into a database that two releases of a zoo have upgraded.
 */
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';

class OldZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 1;
}

class ZooSchema extends OldZooSchema {
  override readonly latest = 2;
  upgradeTo_2 = (step: Step) => step.execute('alter table animal add column legs integer');
}

const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });
const dbName = `${process.cwd()}/zoo-${process.hrtime.bigint()}.db`;
for (const [release, ZooOfIt] of [
  ['zoo 1.0', OldZooSchema],
  ['zoo 2.0', ZooSchema],
] as const) {
  const zooOrm = await MikroORM.init({ entities: [Animal], dbName });
  await new ZooOfIt(zooOrm).upgrade({ release });
  await zooOrm.close();
}

// the block
