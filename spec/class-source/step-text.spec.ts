import { expect, test } from '@jest/globals';
import { renumberStep } from '../../lib/class-source/step-text.ts';
import { addStep, crlfFixtures, emptyStepTo, fixtures, putStep, removeStep, stepTo, takeStep } from './fixtures.ts';

/** What `dejavu next` says of a step of data, and of a rename that takes three versions. */
const text = `import { Schema, type Step as Move, type Steps } from 'mikro-orm-dejavu';
import { versions, type V6, type V7 as Newest } from './versions/index.ts';
import { slug } from './slug.ts';

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 7;
  override readonly versions = versions;
  override readonly steps: Steps = {
    7: { compatible: 6, lossy: 'drops 7 legs' },
  };

  // Animal.species becomes family over three versions. This is the first.
  // In version 8 species may be null. In version 9 the other one goes.
  async upgradeTo_7(step: Move<V6, Newest>) {
    // Move data here: take \`step: Step<V6, V7>\`, as V5 did it.
    const V8: Newest | undefined = undefined;
    await step.addProperty(step.after.Animal, 'V7', { fill: slug(7, V8) });
  }

  downgradeTo_6 = async (step: Move<Newest, V6>) => {
    await step.dropProperty(step.before.Animal, 'V7');
  };
}
`;

test('a step gets another number, with all that is said of it', () => {
  const theirs = removeStep(text, {}, 7);
  const other = addStep(theirs, {}, { version: 7, step: stepTo(7) });
  expect(putStep(other, {}, renumberStep(takeStep(text, {}, 7), 8))).toMatchInlineSnapshot(`
"import { Schema, type Step, type Steps } from 'mikro-orm-dejavu';
import { versions, type V6, type V7, type V8 as Newest } from './versions/index.ts';
import { slug } from './slug.ts';

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 8;
  override readonly versions = versions;
  override readonly steps: Steps = {
    7: { compatible: 6, lossy: 'drops Animal.legs' },
    8: { compatible: 6, lossy: 'drops 7 legs' },
  };

  async upgradeTo_7(step: Step<V6, V7>) {
    const { before, after } = step;
    await step.addProperty(after.Animal, 'legs', { fill: 4 });

    // What is to be kept of Animal's food moves here: below it is gone.
    await step.dropProperty(before.Animal, 'food');
  }

  async downgradeTo_6(step: Step<V7, V6>) {
    const { before, after } = step;
    await step.addProperty(after.Animal, 'food', { fill: "the keeper's" });
    await step.dropProperty(before.Animal, 'legs');
  }

  // Animal.species becomes family over three versions. This is the first.
  // In version 9 species may be null. In version 10 the other one goes.
  async upgradeTo_8(step: Step<V7, Newest>) {
    // Move data here: take \`step: Step<V7, V8>\`, as V5 did it.
    const V8: Newest | undefined = undefined;
    await step.addProperty(step.after.Animal, 'V7', { fill: slug(7, V8) });
  }

  downgradeTo_7 = async (step: Step<Newest, V7>) => {
    await step.dropProperty(step.before.Animal, 'V7');
  };
}
"
`);
});

test('over a gap, nothing keeps the old numbers', () => {
  const { methods, entry, uses } = renumberStep(takeStep(text, {}, 7), 10);
  expect(methods.join('\n')).toContain('In version 11 species may be null. In version 12 the other one goes.');
  expect(methods.join('\n')).toMatch(
    /upgradeTo_10\(step: Move<V9, Newest>\)[^]*downgradeTo_9 = async \(step: Move<Newest, V9>\)/,
  );
  expect(entry).toBe(`10: { compatible: 6, lossy: 'drops 7 legs' }`);
  expect(uses.map(({ name }) => name)).toEqual(['Step', 'V9', 'V10', 'slug']);
});

test.each([...fixtures, ...crlfFixtures])('what is taken out and put in again is what it was: $name', fixture => {
  const { className, latest } = fixture;
  for (const step of [stepTo(latest + 1), emptyStepTo(latest + 1)]) {
    const added = addStep(fixture.text, { className }, { version: latest + 1, step });
    const taken = takeStep(added, { className }, latest + 1);
    expect(putStep(removeStep(added, { className }, latest + 1), { className }, taken)).toBe(added);
    // and so is one that was given another number and its own again
    expect(renumberStep(renumberStep(taken, 40), latest + 1)).toEqual(taken);
  }
});
