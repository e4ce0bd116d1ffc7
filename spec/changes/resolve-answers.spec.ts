import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { AnswerError } from '../../lib/errors.ts';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import { parseAnswers, type AnswerValues } from '../../lib/changes/parse-answers.ts';
import { flagFor } from '../../lib/changes/questions.ts';
import { resolve } from '../../lib/changes/resolve-answers.ts';
import { animal, keeper, named } from './matrix/zoo.ts';
import { offline } from './workspace.ts';

describe('read are', () => {
  test('all flags, however entities are capitalized', () => {
    const answers = parseAnswers({
      renamed: ['animal.species:family', 'Keeper:Warden', 'animal.home.city:home.town'],
      'rename-over-three': ['animal.tag:badge'],
      dropped: ['animal.legs', 'office'],
      fill: ['animal.motto=a=b:c', 'animal.note='],
      'fill-sql': ["animal.label=upper(name) || '='"],
      'fill-none': ['animal.chip'],
    });
    expect(answers.map(flagFor)).toEqual([
      '--renamed animal.species:family',
      '--renamed Keeper:Warden',
      '--renamed animal.home.city:home.town',
      '--rename-over-three animal.tag:badge',
      '--dropped animal.legs',
      '--dropped office',
      '--fill animal.motto=a=b:c',
      '--fill animal.note=',
      String.raw`--fill-sql 'animal.label=upper(name) || '\''='\'''`,
      '--fill-none animal.chip',
    ]);
  });
});

const before = () => ({
  ...animal({ species: p.string(), story: p.text(), legs: p.integer(), tag: p.string().nullable() }),
  Keeper: keeper(),
  Names: defineEntity({ name: 'Names', view: true, expression: 'select 1', properties: { n: p.integer().primary() } }),
});
const after = () => ({
  ...animal({
    family: p.string(),
    kind: p.string(),
    facts: () => p.manyToMany(Warden),
    tag: p.string(),
    size: p.smallint(),
    tame: p.boolean(),
    born: p.date(),
    seen: p.datetime(),
    price: p.decimal(),
    diet: p.enum(['meat', 'plants']),
    chip: p.uuid(),
    data: p.json(),
  }),
  Warden,
});
const Warden = named('Warden');

/** What the answers are refused with, or `undefined`. */
function refusal(values: AnswerValues): string | undefined {
  const [old, now] = [before(), after()].map(entities => describeEntities(offline('sqlite', entities)));
  if (!old || !now) throw new Error('two releases were described');
  try {
    resolve(old, now, parseAnswers(values));
    return undefined;
  } catch (error) {
    if (error instanceof AnswerError && error.code === 'ANSWER_INVALID') return error.message;
    throw error;
  }
}

describe('refused is, with what to do', () => {
  test('what is no answer', () => {
    const bad: AnswerValues[] = [
      { renamed: ['animal.species'] },
      { renamed: ['animal.species:'] },
      { 'rename-over-three': ['keeper:warden'] },
      { dropped: ['animal..legs'] },
      { fill: ['animal.tag'] },
      { fill: ['legs=4'] },
      { 'fill-sql': ['animal.tag= '] },
      { 'fill-none': ['animal'] },
    ];
    expect(bad.map(refusal).join('\n')).toMatchInlineSnapshot(`
"--renamed animal.species is no answer: write it as --renamed animal.species:family, or animal:beast
--renamed animal.species: is no answer: write it as --renamed animal.species:family, or animal:beast
--rename-over-three keeper:warden is no answer: write it as --rename-over-three animal.species:family
--dropped animal..legs is no answer: write it as --dropped animal.species, or animal
--fill animal.tag is no answer: write it as --fill animal.legs=4
--fill legs=4 is no answer: write it as --fill animal.legs=4
--fill-sql animal.tag=  is no answer: write it as --fill-sql 'animal.label=upper(name)'
--fill-none animal is no answer: write it as --fill-none animal.legs"
`);
  });

  test('what names something that is not open', () => {
    const bad: AnswerValues[] = [
      { renamed: ['animal.name:family'] },
      { renamed: ['animal.species:colour'] },
      { renamed: ['beast.species:family'] },
      { renamed: ['office:warden'] },
      { renamed: ['keeper:hut'] },
      { dropped: ['animal.name'] },
      { dropped: ['animal'] },
      { fill: ['animal.name=Leo'] },
      { fill: ['animal.facts=1'] },
    ];
    expect(bad.map(refusal).join('\n')).toMatchInlineSnapshot(`
"--renamed animal.name:family names animal.name, which is not gone: gone are legs, species, story
--renamed animal.species:colour names colour, which is not new: new are born, chip, data, diet, facts, family, kind, price, seen, size, tame
--renamed beast.species:family names beast, of which nothing changed: changed are Animal
--renamed office:warden names office, which is not gone: gone are Keeper, Names
--renamed keeper:hut names hut, which is not new: new are Warden
--dropped animal.name names animal.name, which is not gone: gone are legs, species, story
--dropped animal names animal, which is not gone: gone are Keeper, Names
--fill animal.name=Leo fills animal.name, which is neither new nor altered: new are born, chip, data, diet, family, kind, price, seen, size, tame, tag
--fill animal.facts=1 fills animal.facts, which is neither new nor altered: new are born, chip, data, diet, family, kind, price, seen, size, tame, tag"
`);
  });

  test('two answers to one question', () => {
    const bad: AnswerValues[] = [
      { renamed: ['animal.species:family'], dropped: ['animal.species'] },
      { renamed: ['animal.species:family', 'animal.story:family'] },
      { renamed: ['animal.species:family'], 'rename-over-three': ['animal.species:family'] },
      { fill: ['animal.tag=a', 'Animal.tag=b'] },
      { fill: ['animal.tag=a'], 'fill-none': ['animal.tag'] },
      { 'rename-over-three': ['animal.species:family', 'animal.story:family'] },
      { renamed: ['animal.species:family'], 'rename-over-three': ['animal.story:family'] },
      { 'rename-over-three': ['animal.species:family'], fill: ['animal.family=cats'] },
    ];
    expect(bad.map(refusal).join('\n')).toMatchInlineSnapshot(`
"--dropped animal.species and --renamed animal.species:family answer the same question: keep one of them
--renamed animal.story:family gives family a second past: keep one of them
--rename-over-three animal.species:family and --renamed animal.species:family answer the same question: keep one of them
--fill Animal.tag=b and --fill animal.tag=a answer the same question: keep one of them
--fill-none animal.tag and --fill animal.tag=a answer the same question: keep one of them
--rename-over-three animal.story:family gives family a second past: keep one of them
--rename-over-three animal.story:family gives family a second past: keep one of them
--fill animal.family=cats fills animal.family, which gets the values of the other one: leave it out"
`);
  });

  test('a rename of what is not kept as it is', () => {
    const bad: AnswerValues[] = [{ renamed: ['animal.species:facts'] }, { renamed: ['names:warden'] }];
    expect(bad.map(refusal).join('\n')).toMatchInlineSnapshot(`
"--renamed animal.species:facts makes of species what is not kept as it is: drop it, and move its values in the step
--renamed names:warden makes of Names what is not kept as it is: drop it, and create the other"
`);
  });

  test('a value of another type', () => {
    const bad = [
      'size=four',
      'size=40000',
      'tame=yes',
      'born=2026-02-30',
      'seen=noon',
      'price=1,50',
      'diet=fish',
      'chip=42',
      'data={a:1}',
    ].map(fill => refusal({ fill: [`animal.${fill}`] }));
    expect(bad.join('\n')).toMatchInlineSnapshot(`
"--fill animal.size=four fills animal.size with four: it takes a whole number
--fill animal.size=40000 fills animal.size with 40000: it takes a whole number from -32768 to 32767
--fill animal.tame=yes fills animal.tame with yes: it takes true or false
--fill animal.born=2026-02-30 fills animal.born with 2026-02-30: it takes a date, as 2026-01-31
--fill animal.seen=noon fills animal.seen with noon: it takes a date and time, as 2026-01-31T12:00:00Z
--fill animal.price=1,50 fills animal.price with 1,50: it takes a decimal number
--fill animal.diet=fish fills animal.diet with fish: it takes one of meat, plants
--fill animal.chip=42 fills animal.chip with 42: it takes a UUID
--fill 'animal.data={a:1}' fills animal.data with {a:1}: it takes JSON"
`);
  });
});

test('the same answer twice is one', () => {
  expect(refusal({ dropped: ['animal.species', 'animal.species'] })).toBeUndefined();
});
