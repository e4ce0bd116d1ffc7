import { defineEntity, p } from '@mikro-orm/core';
import { expect, test } from '@jest/globals';
import type { Person } from '../../../../lib/cli/ask.ts';
import { settle } from '../../../../lib/cli/commands/next/settle.ts';
import { flagsFor } from '../../../../lib/changes/questions.ts';
import { describeEntities } from '../../../../lib/models/describe-entities.ts';
import { offline } from '../../../changes/workspace.ts';

type Property = ReturnType<typeof p.string> | ReturnType<typeof p.integer>;

function animalWith(properties: Readonly<Record<string, Property>>) {
  const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), ...properties } });
  return describeEntities(offline('sqlite', [Animal]));
}

/** Somebody who makes up their mind beforehand, and what they were shown. */
function personWho(...answers: (number | string)[]) {
  const shown: string[] = [];
  const person: Person = {
    async choose(question, choices) {
      shown.push(question, ...choices.map(({ label, hint }) => `- ${label}${hint === undefined ? '' : ` (${hint})`}`));
      const chosen = choices[Number(answers.shift())];
      if (!chosen) throw new Error('there is no such choice');
      return chosen.value;
    },
    async say(question, problem) {
      for (;;) {
        shown.push(question);
        const said = String(answers.shift());
        const wrong = problem(said);
        if (wrong === undefined) return said;
        shown.push(`! ${wrong}`);
      }
    },
  };
  return { person, shown };
}

test('what is likeliest is offered first, with the reason', async () => {
  const before = animalWith({ species: p.string(), color: p.integer() });
  const after = animalWith({ name: p.string(), colour: p.integer() });
  const { person, shown } = personWho(0, 2, 2);
  const { resolution, answers } = await settle(before, after, [], person);
  expect(resolution.questions).toEqual([]);
  expect(answers).toEqual([
    { kind: 'renamed', path: 'animal.color', to: 'colour' },
    { kind: 'dropped', path: 'animal.species' },
    { kind: 'fill', path: 'animal.name', fill: 'none' },
  ]);
  expect(shown[1]).toMatch(/renamed to colour.*\(same type, both not null, similar name\)/);
});

test('a value that does not fit is asked for again, and so is SQL that says nothing', async () => {
  const before = animalWith({});
  const after = animalWith({ legs: p.integer(), label: p.string() });
  const { person, shown } = personWho(1, ' ', 'upper(name)', 0, 'four', '4');
  const { resolution } = await settle(before, after, [], person);
  expect(Object.fromEntries(resolution.fills)).toEqual({
    'Animal.label': { sql: 'upper(name)' },
    'Animal.legs': { source: '4' },
  });
  expect(shown).toContain('! Enter an SQL expression.');
  expect(shown.filter(line => line.includes('Expected: a whole number'))).toHaveLength(1);
});

test('a property that is gone and like no new one is dropped only if the person says so', async () => {
  const [before, after] = [animalWith({ legs: p.integer() }), animalWith({})];
  const { person, shown } = personWho(0);
  const { answers, questions } = await settle(before, after, [], person);
  expect(answers).toEqual([{ kind: 'dropped', path: 'animal.legs' }]);
  expect(questions).toEqual([]);
  expect(shown).toEqual([
    '`Animal.legs` was removed, and no new property resembles it. Drop it?',
    '- drop it, with its values',
    '- stop, and write nothing',
  ]);
  await expect(settle(before, after, [], personWho(1).person)).rejects.toThrow('Nothing was written');
  const alone = await settle(before, after, [], undefined);
  expect(alone.questions.flatMap(flagsFor)).toEqual(['--dropped animal.legs']);
  expect((await settle(before, after, answers, undefined)).questions).toEqual([]);
});

test('what the command line answered is not asked', async () => {
  const before = animalWith({ species: p.string() });
  const after = animalWith({ family: p.string() });
  const given = [{ kind: 'renamed', path: 'animal.species', to: 'family' }] as const;
  const { person, shown } = personWho();
  const { resolution } = await settle(before, after, given, person);
  expect(resolution.renames.properties).toEqual({ Animal: { species: 'family' } });
  expect(shown).toEqual([]);
});

test('with nobody there everything stays open', async () => {
  const before = animalWith({ species: p.string() });
  const after = animalWith({ family: p.string(), legs: p.integer() });
  const { resolution } = await settle(before, after, [], undefined);
  expect(resolution.questions.map(({ path }) => path)).toEqual(['animal.species', 'animal.legs']);
});

test('a person who leaves leaves everything as it is', async () => {
  const gone: Person = {
    choose: () => Promise.reject(new Error('left')),
    say: () => Promise.reject(new Error('left')),
  };
  const before = animalWith({ species: p.string() });
  await expect(settle(before, animalWith({ family: p.string() }), [], gone)).rejects.toThrow('left');
});
