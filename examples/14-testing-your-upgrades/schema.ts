import { Schema, type Step, type Steps } from 'mikro-orm-dejavu';
import { versions, type V1, type V2, type V3 } from './versions/index.ts';

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 3;
  override readonly versions = versions;
  override readonly steps: Steps = { 2: { lossy: 'forgets how many legs there were' } };

  /** The name of a keeper becomes a keeper. */
  async upgradeTo_2(step: Step<V1, V2>) {
    const { before, after } = step;
    await step.createStorage(after.Keeper);
    await step.addProperty(after.Animal, 'keeper');
    await step.addProperty(after.Animal, 'legs', { fill: animal => (animal.species === 'penguin' ? 2 : 4) });
    await step.execute('insert into keeper (name) select distinct keeper_name from animal');
    await step.execute('update animal set keeper_id = (select id from keeper where name = keeper_name)');
    await step.dropProperty(before.Animal, 'keeperName');
  }

  async downgradeTo_1(step: Step<V2, V1>) {
    const { before, after } = step;
    await step.addProperty(after.Animal, 'keeperName', { fill: '' });
    await step.execute(
      "update animal set keeper_name = coalesce((select name from keeper where keeper.id = keeper_id), '')",
    );
    await step.dropProperty(before.Animal, 'keeper');
    await step.dropProperty(before.Animal, 'legs');
    await step.dropStorage(before.Keeper);
  }

  async upgradeTo_3(step: Step<V2, V3>) {
    const { before, after } = step;
    await step.renameProperty(before.Animal, 'species', after.Animal, 'family');
  }

  async downgradeTo_2(step: Step<V3, V2>) {
    const { before, after } = step;
    await step.renameProperty(before.Animal, 'family', after.Animal, 'species');
  }
}
