import { Schema, type Step } from '../../lib/index.ts'; // yours: 'mikro-orm-dejavu'
import { versions, type V1, type V2 } from './versions/index.ts';

/** The release that takes over: version 1 is where the migrations led. `dejavu init` wrote it. */
export class FirstZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  override readonly versions = { 1: versions[1] };
}

/** The release after it. `dejavu next --renamed animal.species:family` wrote its step. */
export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;
  override readonly versions = versions;

  async upgradeTo_2(step: Step<V1, V2>) {
    const { before, after } = step;
    await step.renameProperty(before.Animal, 'species', after.Animal, 'family');
  }

  async downgradeTo_1(step: Step<V2, V1>) {
    const { before, after } = step;
    await step.renameProperty(before.Animal, 'family', after.Animal, 'species');
  }
}
