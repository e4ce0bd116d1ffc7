import { raw } from '@mikro-orm/core';
import type { Step } from '../../../lib/index.ts';
import type { V1, V10, V2, V3, V4, V5, V6, V7, V8, V9 } from './versions/index.ts';

/** Where the zoo began, and where it ends when it goes all the way back. */
type Nothing = object;

/** What the zoo went through, up and down: each kind of operation. */
export const life = {
  async upgradeTo_1(step: Step<Nothing, V1>) {
    const { after } = step;
    await step.createStorage(after.Zoo, after.Exhibit, after.Animal);
  },
  async downgradeTo_0(step: Step<V1>) {
    const { before } = step;
    await step.dropStorage(before.Animal, before.Exhibit, before.Zoo);
  },

  async upgradeTo_2(step: Step<V1, V2>) {
    const { after } = step;
    await step.addProperty(after.Animal, 'legs', { fill: animal => animal.name.length });
    await step.addIndex(after.Animal, ['name']);
  },
  async downgradeTo_1(step: Step<V2, V1>) {
    const { before } = step;
    await step.dropIndex(before.Animal, ['name']);
    await step.dropProperty(before.Animal, 'legs');
  },

  async upgradeTo_3(step: Step<V2, V3>) {
    const { before, after } = step;
    await step.createStorage(after.Keeper);
    await step.addProperty(after.Animal, 'keeper');
    await step.each(before.Animal, { batch: 3 }, async animals => {
      for (const animal of animals) {
        const known = await after.em.findOne(after.Keeper, { name: animal.keeperName });
        const keeper = known ?? after.em.create(after.Keeper, { name: animal.keeperName });
        await after.em.flush();
        await after.em.nativeUpdate(after.Animal, { id: animal.id }, { keeper: keeper.id });
      }
    });
    await step.dropProperty(before.Animal, 'keeperName');
  },
  async downgradeTo_2(step: Step<V3, V2>) {
    const { before, after } = step;
    await step.addProperty(after.Animal, 'keeperName', {
      fill: raw('coalesce((select k.name from keeper k where k.id = keeper_id), ?)', ['']),
    });
    await step.dropProperty(before.Animal, 'keeper');
    await step.dropStorage(before.Keeper);
  },

  async upgradeTo_4(step: Step<V3, V4>) {
    const { before, after } = step;
    await step.renameProperty(before.Animal, 'species', after.Animal, 'family');
    await step.dropProperty(before.Animal, 'notes');
  },
  async downgradeTo_3(step: Step<V4, V3>) {
    const { before, after } = step;
    await step.renameProperty(before.Animal, 'family', after.Animal, 'species');
    await step.addProperty(after.Animal, 'notes');
  },

  async upgradeTo_5(step: Step<V4, V5>) {
    const { after } = step;
    await step.addProperty(after.Animal, 'mood', { fill: raw(`case when legs > 4 then 'wild' else 'calm' end`) });
    await step.addProperty(after.Animal, 'temper');
    await step.addCheck(after.Animal, 'animal_legs_check');
  },
  async downgradeTo_4(step: Step<V5, V4>) {
    const { before } = step;
    await step.dropCheck(before.Animal, 'animal_legs_check');
    await step.dropProperty(before.Animal, 'temper');
    await step.dropProperty(before.Animal, 'mood');
  },

  async upgradeTo_6(step: Step<V5, V6>) {
    const { before, after } = step;
    await step.createStorage(after.Food);
    await step.addProperty(after.Animal, 'foods');
    await step.alterProperty(before.Animal, after.Animal, 'mood');
    await step.alterProperty(before.Animal, after.Animal, 'temper');
    await step.addIndex(after.Animal, 'animal_name_family_unique');
    await step.fill(after.Animal, 'mood', 'asleep', { where: 'legs = 4' });
    await step.fill(after.Animal, 'temper', 'icy', { where: 'legs = 5' });
  },
  async downgradeTo_5(step: Step<V6, V5>) {
    const { before, after } = step;
    await step.fill(before.Animal, 'temper', 'mild', { where: `temper = 'icy'` });
    await step.fill(before.Animal, 'mood', 'calm', { where: `mood = 'asleep'` });
    await step.dropIndex(before.Animal, 'animal_name_family_unique');
    await step.alterProperty(before.Animal, after.Animal, 'temper');
    await step.alterProperty(before.Animal, after.Animal, 'mood');
    await step.dropProperty(before.Animal, 'foods');
    await step.dropStorage(before.Food);
  },

  async upgradeTo_7(step: Step<V6, V7>) {
    const { after } = step;
    await step.addProperty(after.Zoo, 'address', { fill: { street: null, city: "'s-Hertogenbosch" } });
    await step.addProperty(after.Zoo, 'sign');
  },
  async downgradeTo_6(step: Step<V7, V6>) {
    const { before } = step;
    await step.dropProperty(before.Zoo, 'sign');
    await step.dropProperty(before.Zoo, 'address');
  },

  async upgradeTo_8(step: Step<V7, V8>) {
    const { before, after } = step;
    await step.renameStorage(before.Exhibit, after.Enclosure);
    await step.renameProperty(before.Animal, 'exhibit', after.Animal, 'enclosure');
    await step.alterProperty(after.Animal, 'enclosure');
    await step.dropForeignKey(after.Animal, 'enclosure');
    await step.addForeignKey(after.Animal, 'enclosure');
  },
  async downgradeTo_7(step: Step<V8, V7>) {
    const { before, after } = step;
    await step.dropForeignKey(before.Animal, 'enclosure');
    await step.renameStorage(before.Enclosure, after.Exhibit);
    await step.renameProperty(before.Animal, 'enclosure', after.Animal, 'exhibit');
    await step.alterProperty(after.Animal, 'exhibit', { fill: raw('(select min(id) from exhibit)') });
    await step.addForeignKey(after.Animal, 'exhibit');
  },

  async upgradeTo_9(step: Step<V8, V9>) {
    const { before, after } = step;
    await step.addProperty(after.Keeper, 'phone', { fill: keeper => `+${keeper.name.length}` });
    await step.alterStorage(before.Animal, after.Animal);
    await step.fill(after.Animal, 'nickname', raw('lower(name)'), { where: 'legs > 4' });
  },
  async downgradeTo_8(step: Step<V9, V8>) {
    const { before, after } = step;
    await step.alterStorage(before.Animal, after.Animal);
    await step.dropProperty(before.Keeper, 'phone');
  },

  async upgradeTo_10(step: Step<V9, V10>) {
    const { before, after } = step;
    await step.dropProperty(before.Animal, 'foods');
    await step.dropStorage(before.Food);
    await step.dropIndex(before.Animal, ['name']);
    await step.fill(before.Animal, 'temper', 'hot', { where: `temper = 'icy'` });
    await step.alterProperty(before.Animal, after.Animal, 'temper');
    await step.alterProperty(before.Animal, after.Animal, 'nickname', { fill: animal => animal.name });
    await step.dropCheck(before.Animal, 'animal_legs_check');
    await step.createStorage(after.FamilySize);
  },
  async downgradeTo_9(step: Step<V10, V9>) {
    const { before, after } = step;
    await step.dropStorage(before.FamilySize);
    await step.addCheck(after.Animal, 'animal_legs_check');
    await step.alterProperty(before.Animal, after.Animal, 'nickname');
    await step.alterProperty(before.Animal, after.Animal, 'temper');
    await step.addIndex(after.Animal, ['name']);
    await step.createStorage(after.Food);
    await step.addProperty(after.Animal, 'foods');
  },
};
