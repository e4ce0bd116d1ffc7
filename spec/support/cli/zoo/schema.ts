import { Schema, type Step, type Steps } from '../../../../lib/index.ts';
import { versions, type V1, type V2, type V3 } from './versions/index.ts';

/** The first release. */
export class FirstSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  override readonly versions = { 1: versions[1] };
}

/** The release that the package.json names. */
export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 3;
  override readonly versions: Schema['versions'] = versions;
  override readonly steps: Steps = { 2: { compatible: 1, lossy: 'forgets how many legs there are' } };

  async upgradeTo_2(step: Step<V1, V2>) {
    await step.addProperty(step.after.Animal, 'legs', { fill: 4 });
  }

  async downgradeTo_1(step: Step<V2, V1>) {
    await step.dropProperty(step.before.Animal, 'legs');
  }

  async upgradeTo_3(step: Step<V2, V3>) {
    await step.renameProperty(step.before.Animal, 'species', step.after.Animal, 'family');
  }

  async downgradeTo_2(step: Step<V3, V2>) {
    await step.renameProperty(step.before.Animal, 'family', step.after.Animal, 'species');
  }
}

/** Its last step loses a lion. */
export class LosingSchema extends ZooSchema {
  override async upgradeTo_3(step: Step<V2, V3>) {
    await super.upgradeTo_3(step);
    await step.execute('delete from animal where id = (select min(id) from animal)');
  }
}

/** Another branch's version 3. */
export class ForkedSchema extends ZooSchema {
  override readonly versions = { ...versions, 3: { ...versions[3], fingerprint: '1:ffffffffffffffff' } };
}

/** Somebody edited a version after it was frozen. */
export class EditedSchema extends ZooSchema {
  override readonly versions = { ...versions, 2: { ...versions[2], load: versions[1].load } };
}

/** A version's file is no module any more. */
export class BrokenSchema extends ZooSchema {
  override readonly versions = {
    ...versions,
    1: { ...versions[1], load: () => Promise.reject(new Error('a merge went wrong')) },
  };
}
