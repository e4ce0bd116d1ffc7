import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { p, type EntitySchema } from '@mikro-orm/core';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import { ANSWER_FLAGS, parseAnswers } from '../../lib/changes/parse-answers.ts';
import { answerOf, flagsFor, type Question } from '../../lib/changes/questions.ts';
import { resolve } from '../../lib/changes/resolve-answers.ts';
import { animal, bare, keeper, kept, named } from './matrix/zoo.ts';
import { offline } from './workspace.ts';

function resolution(before: object, after: object, flags: readonly string[] = []) {
  const [old, now] = [before, after].map(entities => describeEntities(offline('sqlite', entities)));
  if (!old || !now) throw new Error('two releases were described');
  return resolve(old, now, parseAnswers(parseArgs({ args: [...flags], options: ANSWER_FLAGS }).values));
}

/** A question as people see it. */
function shown({ text, choices }: Question): string {
  return [text, ...choices.map(({ label, reason }) => `- ${label}${reason === undefined ? '' : ` (${reason})`}`)].join(
    '\n',
  );
}

const questionsOf = (before: object, after: object, flags?: readonly string[]) =>
  resolution(before, after, flags).questions;

describe('asked is', () => {
  test('whether a property was renamed, most likely first, with the reason', () => {
    const before = animal({ species: p.string(), legs: p.integer() });
    const after = animal({
      speciesName: p.string(),
      family: p.string().nullable(),
      feet: p.integer(),
      tame: p.boolean(),
    });
    expect(questionsOf(before, after).map(shown).join('\n\n')).toMatchInlineSnapshot(`
"Animal.legs was removed. What happened to it?
- renamed to feet at once: releases before this one must stop (same type, both not null)
- renamed to feet over three versions: no release has to stop (same type, both not null)
- dropped, with its values

Animal.species was removed. What happened to it?
- renamed to speciesName at once: releases before this one must stop (same type, both not null, similar name)
- renamed to speciesName over three versions: no release has to stop (same type, both not null, similar name)
- renamed to family at once: releases before this one must stop (same type)
- renamed to family over three versions: no release has to stop (same type)
- dropped, with its values

Animal.tame is new and not nullable. Which value do existing rows get?
- the same value in all rows
- a value computed from the row
- leave empty: the table has no rows yet, or I will fill it in the step"
`);
  });

  test('whether another entity of the same table has the values of what is gone', () => {
    const staff = (root: object, child: object) => {
      const Person = named('Person', root, { abstract: true, discriminatorColumn: 'role' });
      return { Person, Keeper: bare('Keeper', child, { extends: Person, discriminatorValue: 'keeper' }) };
    };
    const [before, after] = [staff({}, { wage: p.integer() }), staff({ pay: p.integer() }, {})];
    const [question, ...others] = questionsOf(before, after);
    expect(others).toEqual([]);
    expect(question && shown(question)).toBe(
      [
        'Keeper.wage was removed. What happened to it?',
        '- its values are copied to Person.pay (same type)',
        '- dropped, with its values',
      ].join('\n'),
    );
    expect(question && flagsFor(question)).toEqual([`--fill-sql 'person.pay="wage"'`, '--dropped keeper.wage']);
    expect(questionsOf(before, after, ['--fill-sql', 'person.pay="wage"'])).toEqual([]);
    expect(questionsOf(before, after, ['--dropped', 'keeper.wage']).map(({ path }) => path)).toEqual(['person.pay']);
  });

  test('whether an entity was renamed', () => {
    const before = { Keeper: keeper({ rank: p.integer() }), ...animal() };
    const after = {
      Warden: named('Warden', { rank: p.integer() }),
      Ticket: bare('Ticket', { id: p.integer().primary(), price: p.decimal() }),
      ...animal(),
    };
    expect(questionsOf(before, after).map(shown).join('\n\n')).toMatchInlineSnapshot(`
"Keeper was removed. What happened to it?
- renamed to Warden at once: releases before this one must stop (the same properties)
- dropped, with its rows"
`);
  });

  test('what rows get in what may not be null, and what rows that hold null do', () => {
    const before = animal({ tag: p.string().nullable() });
    const after = animal({ tag: p.string(), legs: p.integer() });
    expect(questionsOf(before, after).map(shown).join('\n\n')).toMatchInlineSnapshot(`
"Animal.legs is new and not nullable. Which value do existing rows get?
- the same value in all rows
- a value computed from the row
- leave empty: the table has no rows yet, or I will fill it in the step

Animal.tag is no longer nullable. Which value do rows with null get?
- the same value in all rows
- a value computed from the row
- leave empty: the table has no rows yet, or I will fill it in the step"
`);
  });

  describe('whether the other side owns a many-to-many now, whose table has another name with that', () => {
    const byKeeper = (name: string) => {
      const Keeper: EntitySchema = named(name, { animals: () => p.manyToMany(zoo.Animal) });
      const zoo = animal();
      return { ...zoo, [name]: Keeper };
    };
    const byAnimal = (name: string) => {
      const Keeper = named(name);
      return { ...animal({ keepers: () => p.manyToMany(Keeper) }), [name]: Keeper };
    };

    test('with the reason', () => {
      const [question, ...others] = questionsOf(byKeeper('Keeper'), byAnimal('Keeper'));
      expect(others).toEqual([]);
      expect(question && shown(question)).toMatchInlineSnapshot(`
"Keeper.animals was removed. What happened to it?
- Animal.keepers is the same relation, owned by the other side: releases before this one must stop (both join Keeper and Animal)
- dropped, with its rows"
`);
      expect(question && flagsFor(question)).toEqual([
        '--renamed keeper.animals:animal.keepers',
        '--dropped keeper.animals',
      ]);
    });

    test('once it is known what became of the other side', () => {
      const paths = (flags: string[]) =>
        questionsOf(byKeeper('Keeper'), byAnimal('Warden'), flags).map(({ path }) => path);
      expect(paths([])).toEqual(['keeper']);
      expect(paths(['--renamed', 'keeper:warden'])).toEqual(['keeper.animals']);
    });

    test.each(['--renamed keeper.animals:animal.keepers', '--dropped keeper.animals'])('and %s answers it', flag => {
      expect(questionsOf(byKeeper('Keeper'), byAnimal('Keeper'), flag.split(' '))).toEqual([]);
    });

    test('and not where the table stays', () => {
      const pivotTable = 'care';
      const Keeper: EntitySchema = keeper({ animals: () => p.manyToMany(zoo.Animal).pivotTable(pivotTable) });
      const zoo = animal();
      const Other = keeper();
      const after = { ...animal({ keepers: () => p.manyToMany(Other).pivotTable(pivotTable) }), Keeper: Other };
      expect(questionsOf({ ...zoo, Keeper }, after)).toEqual([]);
    });
  });

  test('what goes into each part of a new embedded property', () => {
    const Address = bare('Address', { city: p.string(), zip: p.integer().nullable() }, { embeddable: true });
    const questions = questionsOf(animal(), { ...animal({ home: () => p.embedded(Address) }), Address });
    expect(questions.map(({ path }) => path)).toEqual(['animal.home.city']);
  });
});

describe('not asked is', () => {
  test('what is alike in nothing', () => {
    expect(questionsOf(animal({ born: p.date().nullable() }), animal({ tame: p.boolean().default(true) }))).toEqual([]);
  });

  test('what rows get where they need nothing', () => {
    const after = animal({
      a: p.integer().nullable(),
      b: p.integer().default(1),
      c: p.integer().generated('(id * 2) stored'),
      d: p.integer().version(),
    });
    expect(questionsOf(animal(), after)).toEqual([]);
  });

  test('of a relation, before it is known what became of the entity it points to', () => {
    const before = kept(Keeper => p.manyToOne(Keeper));
    const Warden = named('Warden');
    const after = { ...animal({ warden: () => p.manyToOne(Warden) }), Warden };
    expect(questionsOf(before, after).map(({ path }) => path)).toEqual(['keeper']);
    const next = questionsOf(before, after, ['--renamed', 'keeper:warden']);
    expect(next.map(({ path }) => path)).toEqual(['animal.keeper']);
    expect(next[0]?.choices[0]?.reason).toBe('both point to Warden, both not null');
  });

  test('whether one became what another becomes already', () => {
    const [before, after] = [animal({ a: p.string(), b: p.string() }), animal({ c: p.string() })];
    for (const flag of ['--renamed', '--rename-over-three']) {
      const [open, ...others] = questionsOf(before, after, [flag, 'animal.a:c']);
      expect([open, others]).toEqual([undefined, []]);
    }
  });

  test('what a view holds', () => {
    const view = (property: string) =>
      bare('Names', { [property]: p.string().primary() }, { view: true, expression: 'select name from animal' });
    expect(questionsOf({ Names: view('name') }, { Names: view('title') })).toEqual([]);
  });
});

describe('the flags that are printed are those that are read', () => {
  const before = () => ({
    ...animal({ species: p.string(), 'old name': p.string(), tag: p.string().nullable() }),
    Keeper: keeper(),
  });
  const after = () => ({
    ...animal({ family: p.string(), "it's": p.string(), tag: p.string(), "who's": p.boolean() }),
    Warden: named('Warden'),
  });

  test('every choice of every question answers it, through a shell', () => {
    const open = questionsOf(before(), after());
    const paths = open.map(({ path }) => path);
    expect(paths).toEqual(['keeper', 'animal.old name', 'animal.species', "animal.who's", 'animal.tag']);
    for (const question of open) {
      for (const flag of flagsFor(question)) {
        const rest = questionsOf(before(), after(), words(flag.replace(/<[^>]*>/, 'true')));
        expect(rest.map(({ path }) => path)).not.toContain(question.path);
      }
    }
  });

  test('what is chosen and said is what its flag says', () => {
    const [question] = questionsOf(animal(), animal({ legs: p.integer() }));
    const [value, sql, none] = question?.choices ?? [];
    if (!question || !value || !sql || !none) throw new Error('there are three choices');
    expect([answerOf(value, '4'), answerOf(sql, 'id * 2'), answerOf(none)]).toEqual(
      parseAnswers({ fill: ['animal.legs=4'], 'fill-sql': ['animal.legs=id * 2'], 'fill-none': ['animal.legs'] }),
    );
    expect(flagsFor(question)).toEqual([
      "--fill 'animal.legs=<a whole number>'",
      "--fill-sql 'animal.legs=<an SQL expression>'",
      '--fill-none animal.legs',
    ]);
  });
});

/** What a shell makes of a command line. */
function words(line: string): string[] {
  return execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}
