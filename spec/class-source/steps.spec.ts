import { expect, test } from '@jest/globals';
import { readSchemaSource } from '../../lib/class-source/read-schema-class.ts';
import { addStep, crlfFixtures, emptyStepTo, fixtures, removeStep, stepTo } from './fixtures.ts';

test.each(fixtures)('a step is added as the file is written: $name', ({ text, className, latest }) => {
  expect(addStep(text, { className }, { version: latest + 1, step: stepTo(latest + 1) })).toMatchSnapshot();
});

for (const { name, text, className, latest } of [...fixtures, ...crlfFixtures]) {
  const place = { className };

  test(`a step that was added and taken out again leaves the file as it was: ${name}`, () => {
    for (const step of [stepTo(latest + 1), emptyStepTo(latest + 1)]) {
      const added = addStep(text, place, { version: latest + 1, step });
      const removed = removeStep(added, place, latest + 1);
      // the versions that a class is given once are its own from then on
      const stays = /no versions yet/.test(name);
      expect(stays ? addStep(removed, place, { version: latest + 1, step }) : removed).toBe(stays ? added : text);
    }
  });

  test(`steps pile up and come off again: ${name}`, () => {
    const texts = [text];
    for (const version of [1, 2, 3].map(more => latest + more)) {
      texts.push(addStep(texts.at(-1)!, place, { version, step: stepTo(version) }));
    }
    expect(readSchemaSource(texts.at(-1)!, place)).toMatchObject({
      latest: latest + 3,
      upgrades: expect.arrayContaining([latest + 1, latest + 2, latest + 3]),
      downgrades: expect.arrayContaining([latest, latest + 1, latest + 2]),
    });
    expect(texts.at(-1)!.replaceAll('\r\n', '')).not.toMatch(text.includes('\r\n') ? /[\r\n]/ : /\r/);
    for (let version = latest + 3; version > latest + 1; version -= 1) {
      expect(removeStep(texts.pop()!, place, version)).toBe(texts.at(-1));
    }
  });
}
