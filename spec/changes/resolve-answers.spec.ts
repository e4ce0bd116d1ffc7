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
"--renamed: 'animal.species' is not a valid answer. Write it as --renamed animal.species:family, or animal:beast.
--renamed: 'animal.species:' is not a valid answer. Write it as --renamed animal.species:family, or animal:beast.
--rename-over-three: 'keeper:warden' is not a valid answer. Write it as --rename-over-three animal.species:family.
--dropped: 'animal..legs' is not a valid answer. Write it as --dropped animal.species, or animal.
--fill: 'animal.tag' is not a valid answer. Write it as --fill animal.legs=4.
--fill: 'legs=4' is not a valid answer. Write it as --fill animal.legs=4.
--fill-sql: 'animal.tag= ' is not a valid answer. Write it as --fill-sql 'animal.label=upper(name)'.
--fill-none: 'animal' is not a valid answer. Write it as --fill-none animal.legs."
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
"--renamed animal.name:family: 'animal.name' was not removed. Removed: legs, species, story.
--renamed animal.species:colour: 'colour' is not new. New: born, chip, data, diet, facts, family, kind, price, seen, size, tame.
--renamed beast.species:family: the entity 'beast' did not change. Changed entities: Animal.
--renamed office:warden: 'office' was not removed. Removed: Keeper, Names.
--renamed keeper:hut: 'hut' is not new. New: Warden.
--dropped animal.name: 'animal.name' was not removed. Removed: legs, species, story.
--dropped animal: 'animal' was not removed. Removed: Keeper, Names.
--fill animal.name=Leo: 'animal.name' is neither new nor changed. Properties to fill: born, chip, data, diet, family, kind, price, seen, size, tame, tag.
--fill animal.facts=1: 'animal.facts' is neither new nor changed. Properties to fill: born, chip, data, diet, family, kind, price, seen, size, tame, tag."
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
"--dropped animal.species: --renamed animal.species:family answers the same question. Keep one of the flags.
--renamed animal.story:family: two properties cannot both be renamed to family. Keep one of the flags.
--rename-over-three animal.species:family: --renamed animal.species:family answers the same question. Keep one of the flags.
--fill Animal.tag=b: --fill animal.tag=a answers the same question. Keep one of the flags.
--fill-none animal.tag: --fill animal.tag=a answers the same question. Keep one of the flags.
--rename-over-three animal.story:family: two properties cannot both be renamed to family. Keep one of the flags.
--rename-over-three animal.story:family: two properties cannot both be renamed to family. Keep one of the flags.
--fill animal.family=cats: 'animal.family' already gets the values of another property. Leave this flag out."
`);
  });

  test('a rename of what is not kept as it is', () => {
    const bad: AnswerValues[] = [{ renamed: ['animal.species:facts'] }, { renamed: ['names:warden'] }];
    expect(bad.map(refusal).join('\n')).toMatchInlineSnapshot(`
"--renamed animal.species:facts: species and facts are stored differently, so this cannot be a rename. Use --dropped animal.species, and move the values in the step.
--renamed names:warden: Names and Warden are stored differently, so this cannot be a rename. Use --dropped names, and move the rows in the step."
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
"--fill animal.size=four: 'four' is not a value of animal.size. Expected: a whole number.
--fill animal.size=40000: '40000' is not a value of animal.size. Expected: a whole number from -32768 to 32767.
--fill animal.tame=yes: 'yes' is not a value of animal.tame. Expected: true or false.
--fill animal.born=2026-02-30: '2026-02-30' is not a value of animal.born. Expected: a date, such as 2026-01-31.
--fill animal.seen=noon: 'noon' is not a value of animal.seen. Expected: a date and time, such as 2026-01-31T12:00:00Z.
--fill animal.price=1,50: '1,50' is not a value of animal.price. Expected: a decimal number.
--fill animal.diet=fish: 'fish' is not a value of animal.diet. Expected: one of meat, plants.
--fill animal.chip=42: '42' is not a value of animal.chip. Expected: a UUID.
--fill 'animal.data={a:1}': '{a:1}' is not a value of animal.data. Expected: JSON."
`);
  });
});

test('the same answer twice is one', () => {
  expect(refusal({ dropped: ['animal.species', 'animal.species'] })).toBeUndefined();
});
