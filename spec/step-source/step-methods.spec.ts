import { describe, expect, test } from '@jest/globals';
import { p, type EntitySchema } from '@mikro-orm/core';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import { parseAnswers, type AnswerValues } from '../../lib/changes/parse-answers.ts';
import { resolve } from '../../lib/changes/resolve-answers.ts';
import { operationsOf } from '../../lib/step-source/order-operations.ts';
import { emptyStepSource, stepSource } from '../../lib/step-source/step-methods.ts';
import { animal, bare, keeper, kept, named } from '../changes/matrix/zoo.ts';
import { offline } from '../changes/workspace.ts';

function settle(
  before: object,
  after: object,
  answers: AnswerValues = {},
  dialect: 'sqlite' | 'postgresql' = 'sqlite',
) {
  const [old, now] = [before, after].map(entities => describeEntities(offline(dialect, entities)));
  if (!old || !now) throw new Error('two releases were described');
  return resolve(old, now, parseAnswers(answers));
}

describe('the order', () => {
  const before = () => {
    const Office = named('Office');
    const Keeper = keeper({ office: () => p.manyToOne(Office).nullable(), badge: p.string() });
    return {
      ...animal({ keeper: () => p.manyToOne(Keeper).nullable(), legs: p.integer().index(), species: p.string() }),
      Keeper,
      Office,
      Names: bare('Names', { name: p.string().primary() }, { view: true, expression: 'select name, legs from animal' }),
    };
  };
  const after = () => {
    const Visit: EntitySchema = named('Visit', { ticket: () => p.manyToOne(Ticket).nullable() });
    const Ticket: EntitySchema = named('Ticket', { visit: () => p.manyToOne(Visit).nullable() });
    return {
      ...animal(
        {
          ticket: () => p.manyToOne(Ticket).nullable(),
          family: p.string(),
          legs: p.bigint(),
          tag: p.string().nullable(),
        },
        { checks: [{ name: 'animal_legs', expression: 'legs > 0' }] },
      ),
      Visit,
      Ticket,
      Names: bare('Names', { name: p.string().primary() }, { view: true, expression: 'select name from animal' }),
    };
  };
  const answers = { renamed: ['animal.species:family'], dropped: ['animal.keeper', 'keeper', 'office'] };

  test('is one that can run: views and constraints out of the way, additions, the place for data, removals', () => {
    const operations = operationsOf(settle(before(), after(), answers));
    const said = (value: unknown) => [value].flat().filter(word => typeof word === 'string');
    expect(operations.map(({ kind, ...rest }) => [kind, ...Object.values(rest).flatMap(said)].join(' ')))
      .toMatchInlineSnapshot(`
[
  "dropStorage Names",
  "renameProperty Animal species Animal family",
  "createStorage Visit Ticket",
  "addProperty Animal tag",
  "addProperty Animal ticket",
  "alterProperty Animal Animal legs",
  "place Animal.keeper Keeper Office",
  "addCheck Animal animal_legs",
  "dropProperty Animal keeper",
  "dropStorage Keeper Office",
  "createStorage Names",
]
`);
  });

  test('of tables has those that are referred to first, and last where they go', () => {
    const there = () => {
      const Office = named('Office');
      const Keeper = keeper({ office: () => p.manyToOne(Office) });
      return { ...animal({ keeper: () => p.manyToOne(Keeper) }), Keeper, Office };
    };
    expect(operationsOf(settle({}, there()))).toEqual([
      { kind: 'createStorage', entities: ['Office', 'Keeper', 'Animal'] },
    ]);
    expect(operationsOf(settle(there(), {}))).toEqual([
      { kind: 'place', goes: ['Animal', 'Keeper', 'Office'], changes: [] },
      { kind: 'dropStorage', entities: ['Animal', 'Keeper', 'Office'] },
    ]);
  });

  test('has the foreign key go before the table it points to', () => {
    const operations = operationsOf(
      settle(
        kept(Keeper => p.manyToOne(Keeper).nullable()),
        animal({ keeperId: p.integer().nullable() }),
      ),
    );
    expect(operations.map(({ kind }) => kind)).toEqual([
      'dropForeignKey',
      'dropIndex',
      'place',
      'alterProperty',
      'dropStorage',
    ]);
  });
});

describe('compatible is a step', () => {
  const compatible = (before: object, after: object, answers?: AnswerValues) =>
    stepSource(settle(before, after, answers), { version: 5, compatible: 2 }).options.compatible;

  test('that only adds what nobody has to know, with whatever the version before was compatible with', () => {
    const additions: [object, object][] = [
      [animal(), { ...animal(), Keeper: keeper() }],
      [animal(), animal({ legs: p.integer().nullable() })],
      [animal(), animal({ legs: p.integer().default(4) })],
      [animal(), animal({ twice: p.integer().generated('(id * 2) stored') })],
      [animal({ legs: p.integer() }), animal({ legs: p.integer().index() })],
      [animal({ legs: p.integer() }), animal({ legs: p.integer().default(4) })],
      [animal(), animal({ tag: p.string().nullable().unique() })],
      [animal({ species: p.string() }), animal({ family: p.string().fieldName('species') })],
    ];
    expect(additions.map(([before, after]) => compatible(before, after))).toEqual(additions.map(() => 2));
  });

  test('and no other', () => {
    const others: [object, object, AnswerValues?][] = [
      [animal(), animal({ legs: p.integer() }), { fill: ['animal.legs=4'] }],
      [animal(), animal({ revision: p.integer().version() })],
      [animal({ legs: p.integer().default(4) }), animal({ legs: p.integer() })],
      [animal({ legs: p.integer() }), animal({ legs: p.integer().nullable() })],
      [animal({ legs: p.integer() }), animal({ legs: p.integer().unique() })],
      [animal({ legs: p.integer() }), animal({ legs: p.integer().check('legs > 0') })],
      [animal({ legs: p.integer() }), animal({ legs: p.bigint() })],
      [animal({ diet: p.enum(['meat']) }), animal({ diet: p.enum(['meat', 'plants']) })],
      [animal({ legs: p.integer() }), animal()],
      [animal({ legs: p.integer() }), animal({ feet: p.integer() }), { renamed: ['animal.legs:feet'] }],
      [{ ...animal(), Keeper: keeper() }, animal()],
    ];
    expect(others.map(([before, after, answers]) => compatible(before, after, answers))).toEqual(
      others.map(() => undefined),
    );
  });
});

test('lossy is a way back that drops what somebody may have filled, and says what', () => {
  const loss = (before: object, after: object) => stepSource(settle(before, after), { version: 2 }).options.lossy;
  const after = {
    ...animal({ legs: p.integer().nullable(), twice: p.integer().generated('(id * 2) stored') }),
    Keeper: keeper(),
    Names: bare('Names', { name: p.string().primary() }, { view: true, expression: 'select name from animal' }),
  };
  expect(loss(animal(), after)).toBe('drops Animal.legs and Keeper');
  expect(loss(after, animal())).toBeUndefined();
});

test('a step says which names it takes from where', () => {
  const { imports, types } = stepSource(
    settle(animal(), animal({ label: p.string() }), { 'fill-sql': ['animal.label=name'] }),
    { version: 7 },
  );
  expect(imports).toEqual([{ module: '@mikro-orm/core', names: ['raw'] }]);
  expect(types).toEqual(['V6', 'V7']);
});

test('what only the application changed takes a step that does nothing', () => {
  const { upgrade, types } = stepSource(settle(animal({ a: p.string() }), animal({ b: p.string().fieldName('a') })), {
    version: 2,
  });
  expect(upgrade.text).toBe('async upgradeTo_2() {\n  // The storage does not change.\n}');
  expect(types).toEqual([]);
});

test('a step for data only has its place marked, there and back', () => {
  const { upgrade, downgrade, options, types } = emptyStepSource(4);
  expect(types).toEqual(['V3', 'V4']);
  expect([upgrade.text, downgrade.text].join('\n\n')).toMatchInlineSnapshot(`
"async upgradeTo_4(step: Step<V3, V4>) {
  // Move data here.
  // Read from step.before, write to step.after.
}

async downgradeTo_3() {
  // Move data here.
  // To move data, add the parameter \`step: Step<V4, V3>\`: read from step.before, write to
  // step.after.
}"
`);
  expect(options).toEqual({});
});

test('what no operation does is said, with where', () => {
  const before = { ...animal(), Shed: named('Shed') };
  const after = {
    ...animal(
      {},
      {
        triggers: [{ name: 't', timing: 'after', events: ['insert'], forEach: 'row', body: 'select 1' }],
        rowLevelSecurity: true,
        policies: [{ name: 'p', command: 'select', using: 'true' }],
      },
    ),
    Shed: named('Shed'),
  };
  expect(stepSource(settle(before, after, {}, 'postgresql'), { version: 2 }).upgrade.text).toMatchInlineSnapshot(`
"async upgradeTo_2() {
  // The triggers of Animal changed. No operation does this: use SQL in step.execute().
  // The policies of Animal changed. No operation does this: use SQL in step.execute().
  // The row level security of Animal changed. No operation does this: use SQL in
  // step.execute().
  // To move data, add the parameter \`step: Step<V1, V2>\`: read from step.before, write to
  // step.after.
}"
`);
});

test('SQL of an entity that still has the old name of a column is named', () => {
  const release = (column: string) => ({
    ...animal(
      {
        [column]: p.string(),
        legs: p.integer().check('legs > 0'),
        label: p.string().generated('(upper(species)) stored'),
        other: p.string().generated(`(name || 'species') stored`),
      },
      {
        checks: [{ name: 'some', expression: `species <> ''` }],
        indexes: [
          { name: 'few', properties: ['name'], where: 'species is not null' },
          { name: 'low', expression: 'create index low on animal (lower(species))' },
        ],
        triggers: [
          { name: 't', timing: 'before', events: ['update'], forEach: 'row', when: `new.species <> ''`, body: 'x' },
        ],
        policies: [{ name: 'own', command: 'select', using: `species <> ''` }],
      },
    ),
    Kinds: bare(
      'Kinds',
      { kind: p.string().primary() },
      { view: true, expression: 'select distinct a.species as kind from animal a' },
    ),
    Names: bare(
      'Names',
      { species: p.string().primary() },
      { view: true, expression: 'select name as species from animal' },
    ),
  });
  const remarks = (now: string, answers: AnswerValues) =>
    stepSource(settle(release('species'), release(now), answers, 'postgresql'), { version: 2 })
      .upgrade.text.split('\n')
      .filter(line => line.includes('//'))
      .map(line => line.trim().replace('// ', ''))
      .join(' ')
      .split(/(?<=--amend\.) /);
  const next = 'Write family in the entity, and run npx dejavu next --amend.';
  const stale = [
    'Animal.label',
    'The check some of Animal',
    'The index few of Animal',
    'The index low of Animal',
    'The policy own of Animal',
    'The trigger t of Animal',
    'The view Kinds',
  ];
  expect(
    remarks('family', { renamed: ['animal.species:family'] })
      .filter(one => one.includes('species'))
      .toSorted(),
  ).toEqual(stale.map(what => `${what} still names species, which is family now. ${next}`));
});

test('a many-to-many of an entity with itself may be the other side under a new name, and the question and the step say so', () => {
  const friends = (owner: string) => {
    const Animal: EntitySchema = bare('Animal', {
      id: p.integer().primary(),
      [owner]: () => p.manyToMany(Animal as never),
    });
    return describeEntities(offline('sqlite', { Animal }));
  };
  const [before, after] = [friends('friends'), friends('friendOf')];
  expect(resolve(before, after).questions[0]?.choices[0]?.label).toBe(
    'renamed to friendOf at once, and still the same side of the relation: releases before this one must stop',
  );
  const answered = resolve(before, after, parseAnswers({ renamed: ['animal.friends:friendOf'] }));
  expect(stepSource(answered, { version: 2 }).upgrade.text.replaceAll(/\n *\/\/ /g, ' ')).toContain(
    'Rows of Animal.friendOf keep their side. If it was the other side of the relation before, exchange animal_1_id, animal_2_id here.',
  );
});

test('a type that no database makes into the other has the place for saying how marked', () => {
  const remark = 'This is refused until you add an expression for the new values: { using: … }';
  const step = (before: object, after: object) =>
    stepSource(settle(animal({ seen: before }), animal({ seen: after })), { version: 2 }).upgrade.text;
  expect(step(p.datetime(), p.bigint())).toContain(remark);
  expect(step(p.boolean(), p.date())).toContain(remark);
  for (const type of [p.text(), p.date(), p.json()]) expect(step(p.datetime(), type)).not.toContain(remark);
});

test('nothing is written while a question is open', () => {
  const open = settle(animal(), animal({ legs: p.integer() }));
  expect(() => stepSource(open, { version: 2 })).toThrow('before every question is answered');
});
