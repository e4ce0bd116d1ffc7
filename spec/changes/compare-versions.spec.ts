import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, raw, type EntitySchema } from '@mikro-orm/core';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import { isEmpty, type StorageChanges } from '../../lib/changes/storage-changes.ts';
import { NO_RENAMES, type Renames } from '../../lib/changes/apply-renames.ts';
import { compareVersions } from '../../lib/changes/compare-versions.ts';
import { animal, bare, id, keeper, kept, named } from './matrix/zoo.ts';
import { offline } from './workspace.ts';

const dialects = ['sqlite', 'postgresql'] as const;

function changesOf(
  before: object,
  after: object,
  renames?: Partial<Renames>,
  dialect: 'sqlite' | 'postgresql' = 'sqlite',
) {
  const [old, now] = [before, after].map(entities => describeEntities(offline(dialect, entities)));
  if (!old || !now) throw new Error('two releases were described');
  return compareVersions(old, now, { ...NO_RENAMES, ...renames });
}

/** What changed, a line each. */
function said({ created, dropped, altered }: StorageChanges): string[] {
  return [
    ...created.map(({ name }) => `+ ${name}`),
    ...dropped.map(({ name }) => `- ${name}`),
    ...altered.flatMap(({ before, after, changed, properties, ...parts }) => [
      ...changed.map(what => `${before.name} → ${after.name}: ${what}`),
      ...properties.added.map(({ name }) => `+ ${after.name}.${name}`),
      ...properties.dropped.map(({ name }) => `- ${before.name}.${name}`),
      ...properties.altered.map(
        one => `${before.name}.${one.before.name} → ${one.after.name}: ${one.changed.join(', ')}`,
      ),
      ...(['indexes', 'uniques', 'checks', 'triggers', 'policies'] as const).flatMap(kind =>
        parts[kind].added.length + parts[kind].dropped.length > 0
          ? [`${after.name}: +${parts[kind].added.length} -${parts[kind].dropped.length} ${kind}`]
          : [],
      ),
    ]),
  ];
}

describe.each(dialects)('on %s equivalent spellings are no change', dialect => {
  const spellings: Record<string, [object, object]> = {
    'the same entities': [animal({ legs: p.integer() }), animal({ legs: p.integer() })],
    'another order of properties': [
      animal({ legs: p.integer(), tail: p.boolean() }),
      animal({ tail: p.boolean(), legs: p.integer() }),
    ],
    'types by name': [
      animal({ legs: p.integer(), story: p.text(), seen: p.datetime(), big: p.bigint() }),
      animal({
        legs: { type: 'int' },
        story: { type: 'text' },
        seen: { type: 'datetime' },
        big: { type: 'bigint' },
      }),
    ],
    'the length that is usual': [animal({ tag: p.string() }), animal({ tag: p.string().length(255) })],
    'now, in its spellings': [
      animal({ seen: p.datetime().defaultRaw('now()') }),
      animal({ seen: p.datetime().defaultRaw('CURRENT_TIMESTAMP') }),
    ],
    'a default as a value and as SQL': [
      animal({ legs: p.integer().default(4), name: p.string().default('Leo') }),
      animal({ legs: p.integer().defaultRaw('4'), name: p.string().default(raw(`'Leo'`)) }),
    ],
    'the items of an enum in another order': [
      animal({ diet: p.enum(['meat', 'plants']) }),
      animal({ diet: p.enum(['plants', 'meat']) }),
    ],
    'an index, a unique and a check at the property and at the entity': [
      animal({ legs: p.integer().index(), tag: p.string().unique(), age: p.integer().check('age > 0') }),
      animal(
        { legs: p.integer(), tag: p.string(), age: p.integer() },
        {
          indexes: [{ properties: ['legs'] }],
          uniques: [{ properties: ['tag'] }],
          checks: [{ expression: 'age  >  0' }],
        },
      ),
    ],
    'another name of an index': [
      animal({ legs: p.integer().index('one') }),
      animal({ legs: p.integer().index('other') }),
    ],
    'no action, which is what a database does': [
      kept(Keeper => p.manyToOne(Keeper)),
      kept(Keeper => p.manyToOne(Keeper).deleteRule('no action')),
    ],
    'a comment': [animal({ legs: p.integer() }, { comment: 'a' }), animal({ legs: p.integer().comment('b') })],
    'what is filled by the application': [
      animal({ seen: p.datetime() }),
      animal({
        seen: p
          .datetime()
          .onCreate(() => new Date())
          .onUpdate(() => new Date()),
      }),
    ],
    'what is not stored': [
      animal(),
      animal({ loud: p.string().persist(false), twice: p.integer().formula('1 + 1').lazy() }),
    ],
    'the name of the file an entity is found in': [animal(), { Renamed: animal().Animal }],
  };

  test.each(Object.entries(spellings))('%s', (_, [before, after]) => {
    expect(said(changesOf(before, after, {}, dialect))).toEqual([]);
    expect(isEmpty(changesOf(after, before, {}, dialect))).toBe(true);
  });
});

describe('what has another name', () => {
  test('is never taken for renamed, however much it is alike', () => {
    const changes = changesOf(
      { ...animal({ species: p.string() }), A: named('Keeper') },
      { ...animal({ family: p.string() }), B: named('Warden') },
    );
    expect(said(changes)).toEqual(['+ Warden', '- Keeper', '+ Animal.family', '- Animal.species']);
  });

  test('is the same where it keeps its table, or its columns', () => {
    const before = { ...animal({ species: p.string() }), A: named('Keeper') };
    const after = {
      ...animal({ family: p.string().fieldName('species') }),
      B: named('Warden', {}, { tableName: 'keeper' }),
    };
    expect(said(changesOf(before, after))).toEqual(['Animal.species → family: name', 'Keeper → Warden: name']);
  });

  test('is told once, and whatever mentions it follows', () => {
    const before = () => {
      const Keeper = keeper(
        { rank: p.integer().check('rank > 0').index() },
        { uniques: [{ properties: ['name', 'rank'] }] },
      );
      return {
        ...animal({
          keeper: () => p.manyToOne(Keeper),
          others: () => p.manyToMany(Keeper).pivotTable('shift').joinColumn('animal').inverseJoinColumn('keeper'),
        }),
        Keeper,
      };
    };
    const after = () => {
      const Warden = named(
        'Warden',
        { level: p.integer().check('level > 0').index() },
        { uniques: [{ properties: ['name', 'level'] }] },
      );
      return {
        ...animal({
          keeper: () => p.manyToOne(Warden),
          others: () => p.manyToMany(Warden).pivotTable('shift').joinColumn('animal').inverseJoinColumn('keeper'),
        }),
        Warden,
      };
    };
    const renames = { entities: { Keeper: 'Warden' }, properties: { Keeper: { rank: 'level' } } };
    expect(said(changesOf(before(), after(), renames))).toEqual([
      'Keeper → Warden: name',
      'Keeper → Warden: table',
      'Keeper.rank → level: name, columns',
    ]);
  });

  test('may be a name that somebody else had', () => {
    const before = { A: named('Keeper', { badge: p.integer() }), B: named('Vet') };
    const after = { A: named('Vet', { badge: p.integer() }), B: named('Doctor') };
    expect(said(changesOf(before, after, { entities: { Keeper: 'Vet', Vet: 'Doctor' } }))).toEqual([
      'Vet → Doctor: name',
      'Vet → Doctor: table',
      'Keeper → Vet: name',
      'Keeper → Vet: table',
    ]);
  });

  test('stays what it was inside of string literals', () => {
    const before = animal({ species: p.string() }, { checks: [{ expression: `species <> 'species'` }] });
    const after = animal({ family: p.string() }, { checks: [{ expression: `family <> 'species'` }] });
    const renames = { properties: { Animal: { species: 'family' } } };
    expect(said(changesOf(before, after, renames))).toEqual(['Animal.species → family: name, columns']);
  });

  test('is rewritten by the database in policies and conditions of triggers, and not in the body of a trigger', () => {
    const trigger = { name: 't', timing: 'before', events: ['update'], forEach: 'row' };
    const release = (column: string, body: string) =>
      animal(
        { [column]: p.string() },
        {
          triggers: [{ ...trigger, when: `new.${column} <> 'species'`, body }],
          policies: [
            { name: 'a', command: 'select', using: `${column} <> 'species'` },
            { name: 'b', command: 'insert', check: `${column} is not null` },
          ],
        },
      );
    const changes = (body: string) =>
      said(
        changesOf(
          release('species', 'return new.species'),
          release('family', body),
          { properties: { Animal: { species: 'family' } } },
          'postgresql',
        ),
      );
    expect(changes('return new.species')).toEqual(['Animal.species → family: name, columns']);
    expect(changes('return new.family')).toEqual(['Animal.species → family: name, columns', 'Animal: +1 -1 triggers']);
  });
});

describe('what is found', () => {
  test.each(dialects)('a length and a precision, on %s too', dialect => {
    const before = animal({
      tag: p.string().length(80),
      price: p.decimal().precision(8).scale(2),
      seen: p.datetime(3),
    });
    const after = animal({ tag: p.string().length(90), price: p.decimal().precision(9).scale(2), seen: p.datetime(6) });
    expect(said(changesOf(before, after, {}, dialect))).toEqual([
      'Animal.price → price: columnTypes',
      'Animal.seen → seen: columnTypes',
      'Animal.tag → tag: columnTypes',
    ]);
  });

  test('entities, properties, indexes and all that is said of them, by name', () => {
    const Office = named('Office');
    const before = {
      ...animal({
        legs: p.integer().index(),
        tag: p.string().nullable(),
        diet: p.enum(['meat', 'plants']),
        office: () => p.manyToOne(Office),
      }),
      Office,
      Shed: named('Shed'),
    };
    const Hut = named('Hut');
    const after = {
      ...animal(
        {
          legs: p.bigint(),
          tag: p.string().default('a'),
          diet: p.enum(['meat']),
          office: () => p.manyToOne(Hut).deleteRule('cascade'),
          chip: p.uuid(),
        },
        { checks: [{ expression: 'legs > 0' }] },
      ),
      Hut,
      Office: named('Office', {}, { schema: 'staff' }),
    };
    expect(said(changesOf(before, after))).toEqual([
      '+ Hut',
      '- Shed',
      '+ Animal.chip',
      'Animal.diet → diet: items',
      'Animal.legs → legs: type, columnTypes',
      'Animal.office → office: target, references',
      'Animal.tag → tag: nullable, default',
      'Animal: +0 -1 indexes',
      'Animal: +1 -0 checks',
      'Office → Office: namespace',
    ]);
  });

  test('entities that share a table, each by what it adds to it', () => {
    const staff = (vet: object) => {
      const Person: EntitySchema = defineEntity({
        name: 'Person',
        abstract: true,
        discriminatorColumn: 'role',
        properties: { id: id(), name: p.string() },
      });
      return {
        Person,
        Keeper: bare('Keeper', {}, { extends: Person }),
        ...(vet && { Vet: bare('Vet', vet, { extends: Person }) }),
      };
    };
    expect(said(changesOf(staff({ licence: p.string() }), staff({ degree: p.string() })))).toEqual([
      '+ Vet.degree',
      '- Vet.licence',
    ]);
  });
});
