import { Schema, type Step } from 'mikro-orm-dejavu';
import { versions, type V1, type V2 } from './versions/index.ts';

/** The release before. */
export class FirstZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  override readonly versions = { 1: versions[1] };
}

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;
  override readonly versions = versions;

  async upgradeTo_2(step: Step<V1, V2>) {
    await step.addProperty(step.after.Animal, 'legs', { fill: animal => (animal.name === 'Pingu' ? 2 : 4) });
    const animals: number = await step.after.em.createQueryBuilder(step.after.Animal).getCount();
    // @ts-expect-error -- types of MikroORM that are not found are `any`, and would let this pass
    const text: string = await step.after.em.createQueryBuilder(step.after.Animal).getCount();
    await step.execute('select ?, ?', [animals, text]);
  }
}
