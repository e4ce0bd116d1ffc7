import { Schema, type Step, type Steps } from 'mikro-orm-dejavu';
import { versions, type V1, type V2 } from './versions/index.ts';

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;
  override readonly versions = versions;
  override readonly steps: Steps = {
    2: { compatible: 1, lossy: 'drops Animal.keeper and Keeper' },
  };

  async upgradeTo_2(step: Step<V1, V2>) {
    const { after } = step;
    await step.createStorage(after.Keeper);
    await step.addProperty(after.Animal, 'keeper');
  }

  async downgradeTo_1(step: Step<V2, V1>) {
    const { before } = step;

    // Move data out of Animal.keeper and Keeper here, before they are dropped.
    await step.dropProperty(before.Animal, 'keeper');
    await step.dropStorage(before.Keeper);
  }
}
