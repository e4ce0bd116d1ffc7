import { afterAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p, Type, type EntitySchema } from '@mikro-orm/core';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule, readModule } from '../../lib/models/frozen-models.ts';
import { compareVersions } from '../../lib/changes/compare-versions.ts';
import { versionSource, type EarlierVersion, type VersionOptions } from '../../lib/version-file/version-source.ts';
import * as everything from '../models/zoo/everything.ts';
import { animal, bare, id, keeper, named } from '../changes/matrix/zoo.ts';
import { offline, Workspace } from '../changes/workspace.ts';

const workspace = new Workspace();
afterAll(() => workspace[Symbol.dispose]());

const dialects = ['sqlite', 'postgresql'] as const;
const write = (entities: object, options?: VersionOptions, version = 1) =>
  versionSource(offline('sqlite', entities), version, options);

let folders = 0;
/** Writes a version as a file of a folder, and reads it again. */
async function frozen(text: string, version = 1, folder = `${(folders += 1)}`): Promise<EarlierVersion> {
  workspace.write(`${folder}/${version}.ts`, text);
  return { version, text, module: await workspace.load(`${folder}/${version}.ts`) };
}

describe('what is written', () => {
  test('says what moments are in JavaScript, by which they are stored', () => {
    const text = write(
      animal({
        seen: p.datetime(),
        told: p.datetime().runtimeType('string'),
        born: p.date(),
        died: p.date().runtimeType('Date'),
      }),
    );
    expect(text.match(/^    (?:seen|told|born|died): .*$/gm)).toEqual([
      '    seen: p.datetime(),',
      "    told: p.datetime().runtimeType('string'),",
      '    born: p.date(),',
      "    died: p.date().runtimeType('Date'),",
    ]);
  });

  test('is TypeScript a person would have written', () => {
    const Address = bare('Address', { street: p.string().length(80), zip: p.integer() }, { embeddable: true });
    const Keeper: EntitySchema = keeper({ animals: () => p.oneToMany(zoo).mappedBy('keeper') });
    const zoo = named(
      'Animal',
      {
        species: p.string().index(),
        legs: p.integer().default(4).check('legs >= 0'),
        motto: p.text().nullable().default("it's ours"),
        seen: p.datetime().onCreate(() => new Date()),
        diet: p.enum(['meat', 'plants']),
        home: () => p.embedded(Address).nullable(),
        keeper: () => p.manyToOne(Keeper).nullable().deleteRule('cascade'),
        loud: p.string().persist(false),
      },
      { tableName: 'beast', uniques: [{ properties: ['name', 'species'] }] },
    );
    expect(write({ zoo, Keeper, Address })).toMatchInlineSnapshot(`
"// The entities at version 1, frozen. Do not edit: a change needs a new version.

import { defineEntity, p } from '@mikro-orm/core';

export const Address = defineEntity({
  name: 'Address',
  embeddable: true,
  properties: {
    street: p.string().length(80),
    zip: p.integer(),
  },
});

export const Animal = defineEntity({
  name: 'Animal',
  tableName: 'beast',
  uniques: [{ properties: ['name', 'species'] }],
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    species: p.string().index(),
    legs: p.integer().default(4).check('legs >= 0'),
    motto: p.text().nullable().default("it's ours"),
    seen: p.datetime().onCreate(() => new Date()),
    diet: p.enum(['meat', 'plants']),
    home: () => p.embedded(Address).nullable(),
    keeper: () => p.manyToOne(Keeper).nullable().deleteRule('cascade'),
  },
});

export const Keeper = defineEntity({
  name: 'Keeper',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    animals: () => p.oneToMany(Animal).mappedBy('keeper'),
  },
});
"
`);
  });

  test.each(dialects)('means what the entities mean, on %s', async dialect => {
    const source = offline(dialect, everything);
    const { module } = await frozen(versionSource(source, 1));
    const [written, live] = [describeModule(source, module, { name: 'version 1' }), describeEntities(source)];
    expect(fingerprint(written)).toBe(fingerprint(live));
    expect(compareVersions(written, live)).toMatchObject({ created: [], dropped: [], altered: [], moved: [] });
  });

  test('is the same on every dialect', () => {
    const [one, other] = dialects.map(dialect => versionSource(offline(dialect, everything), 1));
    expect(one).toBe(other);
  });

  test('is the same whenever it is written, and whatever order the entities came in', () => {
    const entities = Object.values(everything);
    expect(write(everything)).toBe(write(everything));
    expect(write(Object.fromEntries(Object.entries(everything).toReversed()))).toBe(write(everything));
    expect(entities.length).toBeGreaterThan(5);
  });

  test('is written again from itself to the letter', async () => {
    const text = write(everything);
    const { module } = await frozen(text);
    const reading = readModule(offline('sqlite', everything), module, { name: 'version 1' });
    expect(versionSource(reading, 1)).toBe(text);
  });
});

describe('what did not change is shared', () => {
  const before = () => {
    const Keeper = keeper();
    return { ...animal({ keeper: () => p.manyToOne(Keeper) }), Keeper, Zoo: named('Zoo') };
  };
  const after = () => {
    const Keeper = keeper({ rank: p.integer().nullable() });
    return { ...animal({ keeper: () => p.manyToOne(Keeper) }), Keeper, Zoo: named('Zoo') };
  };

  test('with the file that has it, which is not always the one before', async () => {
    const one = await frozen(write(before()), 1, 'shared');
    const two = await frozen(write(after(), { earlier: one }, 2), 2, 'shared');
    expect(two.text).toMatchInlineSnapshot(`
"// The entities at version 2, frozen. Do not edit: a change needs a new version.

import { defineEntity, p } from '@mikro-orm/core';

export { Animal, Zoo } from './1.ts';

export const Keeper = defineEntity({
  name: 'Keeper',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    rank: p.integer().nullable(),
  },
});
"
`);
    const again = { ...after(), Vet: named('Vet') };
    const three = await frozen(write(again, { earlier: two }, 3), 3, 'shared');
    expect(three.text).toMatchInlineSnapshot(`
"// The entities at version 3, frozen. Do not edit: a change needs a new version.

import { defineEntity, p } from '@mikro-orm/core';

export { Animal, Zoo } from './1.ts';
export { Keeper } from './2.ts';

export const Vet = defineEntity({
  name: 'Vet',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
  },
});
"
`);
    const source = offline('sqlite', again);
    expect(describeModule(source, three.module, { name: 'version 3' })).toEqual(describeEntities(source));
  });

  test('but not with what it is made of, if that changed', async () => {
    const housed = (zip: object) => {
      const Address = bare('Address', { city: p.string(), ...zip }, { embeddable: true });
      return { ...animal({ home: () => p.embedded(Address) }), Address, Zoo: named('Zoo') };
    };
    const one = await frozen(write(housed({})));
    const text = write(housed({ zip: p.string() }), { earlier: one }, 2);
    expect(text.match(/export const \w+|export \{[^}]*\}/g)).toEqual([
      `export { Zoo }`,
      'export const Address',
      'export const Animal',
    ]);
  });

  test('so a folder grows with the changes: one entity of a hundred', async () => {
    const many = (legs: object) =>
      Object.fromEntries(
        Array.from({ length: 100 }, (_, index) => [`E${index}`, named(`E${index}`, index === 50 ? legs : {})]),
      );
    const one = await frozen(write(many({})), 1, 'hundred');
    const two = await frozen(write(many({ legs: p.integer() }), { earlier: one }, 2), 2, 'hundred');
    expect(two.text.match(/export const/g)).toHaveLength(1);
    expect(two.text.length).toBeLessThan(one.text.length / 8);
    // a name to a line, as a formatter would have it, and still found in it
    expect(Math.max(...two.text.split('\n').map(line => line.length))).toBeLessThanOrEqual(100);
    const three = write(many({ legs: p.integer().nullable() }), { earlier: two }, 3);
    expect(three.match(/from '\.\/\d\.ts'/g)).toEqual([`from './1.ts'`]);
  });

  test('an entity of which a default was left out is no other one for that', async () => {
    let seen = 0;
    const entities = () => ({
      A: named('Animal', { seen: p.integer().onCreate(() => (seen += 1)) }),
      Zoo: named('Zoo'),
    });
    const one = await frozen(write(entities()), 1, 'left-out');
    expect(one.text).toContain('// onCreate is left out, because it uses seen');
    expect(write(entities(), { earlier: one }, 2)).toContain("export { Animal, Zoo } from './1.ts';");
  });

  test('whatever order properties are in, and however they were spelled', async () => {
    const one = await frozen(write(animal({ a: p.integer(), b: p.string() })));
    const same = animal({ b: p.string(), a: { type: 'integer' } });
    expect(write(same, { earlier: one }, 2)).toContain(`export { Animal } from './1.ts';`);
  });

  test('under the name that version files give each other', async () => {
    const one = await frozen(write(before()));
    expect(write(before(), { earlier: one, extension: '.js' }, 2)).toContain(
      `export { Animal, Keeper, Zoo } from './1.js';`,
    );
  });
});

test('what a rename over three versions keeps stands beside what is new', async () => {
  const one = await frozen(write(animal({ species: p.string() }, { indexes: [{ properties: ['name', 'species'] }] })));
  const text = write(
    animal({ family: p.string() }),
    { earlier: one, changes: { Animal: { kept: ['species'], nullable: ['family'] } } },
    2,
  );
  expect(text).toContain(`    indexes: [{ properties: ['name', 'species'] }],`.slice(2));
  expect(text).toContain('    family: p.string().nullable(),\n    species: p.string(),\n');
});

describe('names', () => {
  test('that cannot be those of constants are changed, and none is said twice', () => {
    const entities = { a: named('default'), b: named('p', { defineEntity: p.integer() }), c: named('Two Words') };
    expect(write(entities).match(/^(?:import|export) .*$/gm)).toEqual([
      `import { defineEntity, p as p_ } from '@mikro-orm/core';`,
      'export const Two_Words = defineEntity({',
      'export const default_ = defineEntity({',
      'export const p = defineEntity({',
    ]);
  });
});

describe('custom types', () => {
  class Grams extends Type<number, string> {
    override convertToJSValue(value: string) {
      return Number.parseInt(value, 10);
    }

    override convertToDatabaseValue(value: number) {
      return `${value} g`;
    }

    override getColumnType() {
      return 'text';
    }
  }
  const factor = 454;
  class Pounds extends Grams {
    override convertToDatabaseValue(value: number) {
      return `${value * factor} g`;
    }
  }

  test('are frozen with what they do', async () => {
    const text = write(animal({ weight: p.type(Grams) }));
    expect(text).toMatchInlineSnapshot(`
"// The entities at version 1, frozen. Do not edit: a change needs a new version.

import { Type, defineEntity, p } from '@mikro-orm/core';

export class Grams extends Type<any, any> {
  override convertToJSValue(value: any) {
    return Number.parseInt(value, 10);
  }

  override convertToDatabaseValue(value: any) {
    return \`\${value} g\`;
  }

  override getColumnType() {
    return 'text';
  }
}

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    weight: p.type(Grams),
  },
});
"
`);
    const { module } = await frozen(text);
    const Frozen = (module as Record<string, new () => Grams>)['Grams'];
    expect(Frozen && new Frozen().convertToJSValue('4 g')).toBe(4);
  });

  test('that hold anything a class may hold are told to strict TypeScript', async () => {
    class Crates extends Grams {
      static readonly sizes = [1, 10];
      static override getOrmType() {
        return 'crates';
      }
      readonly #last;
      readonly parts = new Map();
      constructor(first: number = 1, ...more: number[]) {
        super();
        this.#last = [first, ...more].map(size => size * 2);
      }
      get last() {
        return this.#last;
      }
      override convertToJSValue(value: string) {
        const parsed = (text: string) => Number(text);
        return parsed(value) * Math.max(...[value].map(({ length = 1 }: { length?: number }) => length));
      }
    }
    const text = write(animal({ weight: p.type(Crates) }));
    expect(text.slice(text.indexOf('export class Crates'), text.indexOf('export const'))).toMatchInlineSnapshot(`
"export class Crates extends Grams {
  static sizes = [
    1,
    10
  ];
  static override getOrmType() {
    return 'crates';
  }

  #last: any;
  parts = new Map();
  constructor(first = 1, ...more: any[]){
    super();
    this.#last = [
      first,
      ...more
    ].map((size: any) => size * 2);
  }

  get last() {
    return this.#last;
  }

  override convertToJSValue(value: any) {
    const parsed = (text: any) => Number(text);
    return parsed(value) * Math.max(...[
        value
      ].map(({ length = 1 }: any) => length));
  }
}

"
`);
    await frozen(text);
  });

  test('are shared while they are the same', async () => {
    const one = await frozen(write(animal({ weight: p.type(Grams) })));
    expect(write(animal({ weight: p.type(Grams), legs: p.integer() }), { earlier: one }, 2)).toContain(
      `import { Grams } from './1.ts';\n\nexport { Grams } from './1.ts';`,
    );
  });

  test('may have a name that MikroORM has too, unless the version uses that', () => {
    const typeNamed = (name: string) => {
      const types = { [name]: class extends Type {} };
      return p.type(types[name] as new () => Type);
    };
    expect(write(animal({ code: typeNamed('JsonType'), weight: typeNamed('raw') }))).toContain(
      'export class JsonType extends Type<any, any> {',
    );
    expect(() => write(animal({ code: typeNamed('p') }))).toThrow(
      'the custom type p: it has a name of MikroORM that the version uses. Give the class another name.',
    );
    expect(write(animal({ code: typeNamed('Type') }))).toContain('export class Type extends Type_<any, any> {');
  });

  test('that use anything of the application are refused, with what', () => {
    expect(() => write(animal({ weight: p.type(Pounds) }))).toThrowErrorMatchingInlineSnapshot(
      `"A frozen version cannot contain the custom type Pounds: it uses factor. Make it a class that uses only MikroORM and JavaScript, or copy it into a version file and export it there."`,
    );
  });
});

test('a default of the application that needs more of it is left out, and that is said', () => {
  const now = () => new Date();
  const text = write(animal({ seen: p.datetime().onCreate(() => now()) }));
  expect(text).toContain(
    '    // onCreate is left out, because it uses now, which may change\n    seen: p.datetime(),\n',
  );
});

test('of entities of other Schemas, a version has the keys that it refers to, and theirs', () => {
  const City = defineEntity({
    name: 'City',
    tableName: 'cities',
    properties: { code: p.string().length(3).primary() },
  });
  const Person = defineEntity({
    name: 'Person',
    discriminatorColumn: 'kind',
    properties: { id: p.bigint().primary(), kind: p.string(), name: p.string() },
  });
  const Clerk = defineEntity({ name: 'Clerk', extends: Person, discriminatorValue: 'clerk', properties: {} });
  const Office = defineEntity({
    name: 'Office',
    properties: {
      city: () => p.manyToOne(City).primary(),
      number: p.integer().primary(),
      phone: p.string(),
      animals: () => p.oneToMany(Animal).mappedBy('office'),
    },
  });
  const Animal = defineEntity({
    name: 'Animal',
    properties: {
      id: id(),
      office: () => p.manyToOne(Office).inversedBy('animals'),
      clerks: () => p.manyToMany(Clerk).owner(),
    },
  });
  const entities = { Animal, Office, City, Person, Clerk };
  expect(write(entities, { filter: meta => meta.className === 'Animal' })).toMatchInlineSnapshot(`
"// The entities at version 1, frozen. Do not edit: a change needs a new version.

import { defineEntity, p } from '@mikro-orm/core';

const City = defineEntity({
  name: 'City',
  tableName: 'cities',
  properties: {
    code: p.string().primary().length(3),
  },
});

const Clerk = defineEntity({
  name: 'Clerk',
  tableName: 'person',
  properties: {
    id: p.bigint().primary(),
  },
});

const Office = defineEntity({
  name: 'Office',
  tableName: 'office',
  properties: {
    city: () => p.manyToOne(City).primary(),
    number: p.integer().primary(),
  },
});

// Entities of other Schemas: only the keys that this version refers to.
export const ofOtherSchemas = { City, Clerk, Office };

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    office: () => p.manyToOne(Office),
    clerks: () => p.manyToMany(Clerk),
  },
});
"
`);
  // The other side of the relation has no storage there, and is left out.
  expect(write(entities, { filter: meta => meta.className === 'Office' })).toMatchInlineSnapshot(`
"// The entities at version 1, frozen. Do not edit: a change needs a new version.

import { defineEntity, p } from '@mikro-orm/core';

const City = defineEntity({
  name: 'City',
  tableName: 'cities',
  properties: {
    code: p.string().primary().length(3),
  },
});

// Entities of other Schemas: only the keys that this version refers to.
export const ofOtherSchemas = { City };

export const Office = defineEntity({
  name: 'Office',
  properties: {
    city: () => p.manyToOne(City).primary(),
    number: p.integer().primary(),
    phone: p.string(),
  },
});
"
`);
});

test('no entities at all are a version too', () => {
  expect(write({})).toBe(
    '// The entities at version 1, frozen. Do not edit: a change needs a new version.\n\nexport {};\n',
  );
});

test('all of it compiles in strict TypeScript', async () => {
  // Alone, too, there is something to compile.
  await frozen(write(everything), 1, 'everything');
  expect(await workspace.complaints()).toBe('');
});
