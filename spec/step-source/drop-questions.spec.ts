import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import { parseAnswers, type AnswerValues } from '../../lib/changes/parse-answers.ts';
import { flagsFor } from '../../lib/changes/questions.ts';
import { resolve } from '../../lib/changes/resolve-answers.ts';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import { dropQuestions } from '../../lib/step-source/drop-questions.ts';
import { animal, bare, keeper, named } from '../changes/matrix/zoo.ts';
import { offline } from '../changes/workspace.ts';

function questionsOf(before: object, after: object, answers: AnswerValues = {}) {
  const [old, now] = [before, after].map(entities => describeEntities(offline('sqlite', entities)));
  if (!old || !now) throw new Error('two releases were described');
  return dropQuestions(resolve(old, now, parseAnswers(answers)));
}

/** The flags of the questions. */
const flagsOf = (...given: Parameters<typeof questionsOf>) => questionsOf(...given).flatMap(flagsFor);

const withTag = () => animal({ tag: p.string().nullable() });

describe('asked is whether to drop', () => {
  test('a property that no new one is like', () => {
    const [question] = questionsOf(withTag(), animal({}));
    expect(question).toMatchObject({
      path: 'animal.tag',
      text: '`Animal.tag` was removed, and no new property resembles it. Drop it?',
      choices: [{ label: 'drop it, with its values', answer: { kind: 'dropped', path: 'animal.tag' } }],
    });
  });

  test('an entity that no new one is like, once, with all that is in its table', () => {
    const [question, ...others] = questionsOf({ ...animal({}), Keeper: keeper() }, animal({}));
    expect(others).toEqual([]);
    expect(question).toMatchObject({
      path: 'keeper',
      text: '`Keeper` is no longer an entity, and no new entity resembles it. Drop its table?',
      choices: [
        { label: 'drop it, with its rows', reason: 'if it was left out of `entities` by mistake, put it back' },
      ],
    });
  });

  test('the properties of an entity that shared its table, as that entity', () => {
    const staff = (...more: readonly [string, object][]) => {
      const Person = named('Person', {}, { abstract: true, discriminatorColumn: 'role' });
      const kinds = [['Keeper', { section: p.string().nullable() }] as [string, object], ...more];
      return Object.fromEntries([
        ['Person', Person],
        ...kinds.map(([name, properties]) => [
          name,
          bare(name, properties, { extends: Person, discriminatorValue: name.toLowerCase() }),
        ]),
      ]);
    };
    expect(flagsOf(staff(['Vet', { degree: p.string().nullable() }]), staff())).toEqual(['--dropped vet']);
  });

  test('an embedded property, and one inside', () => {
    const home = (...names: readonly string[]) =>
      defineEntity({
        name: 'Home',
        embeddable: true,
        properties: Object.fromEntries(names.map(name => [name, p.string().nullable()])),
      });
    const living = (...names: readonly string[]) => animal({ home: p.embedded(home(...names)) });
    expect(flagsOf(living('city', 'zip'), animal({}))).toEqual(['--dropped animal.home']);
    expect(flagsOf(living('city', 'zip'), living('city'))).toEqual(['--dropped animal.home.zip']);
  });

  test('the table between two entities', () => {
    const Keeper = named('Keeper');
    const kept = { ...animal({ keepers: () => p.manyToMany(Keeper) }), Keeper };
    expect(flagsOf(kept, { ...animal({}), Keeper: named('Keeper') })).toEqual(['--dropped animal.keepers']);
  });
});

describe('not asked is', () => {
  test.each(['Thing', 'Toy'])('a property of %s that the other one has now, in a table of its own', owner => {
    const things = (holder: string) => {
      const noise = (entity: string) => (entity === holder ? { noise: p.integer().nullable() } : {});
      const Thing = named('Thing', noise('Thing'), { inheritance: 'tpt' });
      return { Thing, Toy: bare('Toy', noise('Toy'), { extends: Thing }) };
    };
    const other = owner === 'Toy' ? 'Thing' : 'Toy';
    expect(flagsOf(things(owner), things(other))).toEqual([]);
  });

  test('what is said to be dropped, however it is capitalized', () => {
    const before = { ...withTag(), Keeper: keeper() };
    expect(flagsOf(before, animal({}), { dropped: ['Animal.tag', 'keeper'] })).toEqual([]);
    expect(flagsOf(before, animal({}), { dropped: ['keeper'] })).toEqual(['--dropped animal.tag']);
  });

  test('what is asked already whether it was renamed, or was renamed', () => {
    const [before, after] = [() => animal({ species: p.string() }), () => animal({ family: p.string() })];
    expect(flagsOf(before(), after())).toEqual([]);
    expect(flagsOf(before(), after(), { renamed: ['animal.species:family'] })).toEqual([]);
    expect(flagsOf(before(), after(), { dropped: ['animal.species'] })).toEqual([]);
  });

  test('a relation that the other side may own now, or owns', () => {
    const Keeper: EntitySchema = named('Keeper', { animals: () => p.manyToMany(zoo.Animal) });
    const zoo = animal({});
    const after = () => {
      const Other = named('Keeper');
      return { ...animal({ keepers: () => p.manyToMany(Other) }), Keeper: Other };
    };
    expect(flagsOf({ ...zoo, Keeper }, after())).toEqual([]);
    expect(flagsOf({ ...zoo, Keeper }, after(), { renamed: ['keeper.animals:animal.keepers'] })).toEqual([]);
  });

  test('a view, and what is computed: they hold nothing of their own', () => {
    const Names = named('Names', {}, { view: true, expression: 'select 1 as id' });
    expect(flagsOf({ ...animal({}), Names }, animal({}))).toEqual([]);
    const shout = p
      .string()
      .nullable()
      .generated(() => 'upper(name) stored');
    expect(flagsOf(animal({ shout }), animal({}))).toEqual([]);
  });

  test('what has no column, or loses nothing', () => {
    expect(flagsOf(animal({ mood: p.string().persist(false) }), animal({}))).toEqual([]);
    expect(flagsOf(animal({}), withTag())).toEqual([]);
  });

  test('a column whose values another entity of its table takes', () => {
    const staff = (ofKeepers: object, ofVets: object) => {
      const Person = named('Person', {}, { abstract: true, discriminatorColumn: 'role' });
      return {
        Person,
        Keeper: bare('Keeper', ofKeepers, { extends: Person, discriminatorValue: 'keeper' }),
        Vet: bare('Vet', ofVets, { extends: Person, discriminatorValue: 'vet' }),
      };
    };
    const [before, after] = [
      () => staff({ grade: p.integer().nullable() }, {}),
      () => staff({}, { level: p.integer().nullable() }),
    ];
    expect(flagsOf(before(), after(), { 'fill-sql': ['vet.level="grade"'] })).toEqual([]);
  });
});
