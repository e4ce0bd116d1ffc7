import { runInThisContext } from 'node:vm';
import {
  defineEntity,
  EntitySchema,
  MetadataProvider,
  p,
  quote,
  raw,
  Type,
  types,
  type EntityMetadata,
} from '@mikro-orm/core';
import type { EntitySet } from '../freezing.ts';

/*
 * Sets of entities that are made with `defineEntity` and `EntitySchema`, as foreign projects have them.
 */

/** Builders that let everything be said that JavaScript lets be said. */
interface Loose {
  readonly [call: string]: (...given: unknown[]) => Loose;
}

const say = p as unknown as Loose;
const make = defineEntity as unknown as (options: object) => EntitySchema;
const schema = (options: object): EntitySchema => new EntitySchema(options as never);

const entity = (name: string, properties: object = {}, options: object = {}): EntitySchema =>
  make({ name, ...options, properties: { id: p.integer().primary(), ...properties } });

/** A function as an application has it that was compiled: without types, and with parameters nobody uses. */
const written = (source: string): unknown => runInThisContext(`(${source})`);

const key = { type: 'integer', primary: true };
const Mood = { Calm: 'calm', Angry: 'angry' } as const;

/** Reads types as ts-morph does: from somewhere else than the options. */
function typesFrom(read: Readonly<Record<string, object>>): typeof MetadataProvider {
  return class extends MetadataProvider {
    override loadEntityMetadata(meta: EntityMetadata): void {
      for (const prop of meta.props) Object.assign(prop, read[prop.name]);
      super.loadEntityMetadata(meta);
    }

    override useCache(): boolean {
      return false;
    }
  };
}

/** By what is special about them. */
export const MADE: Readonly<Record<string, EntitySet>> = {
  'comments to the end of a line': {
    make: () => [
      entity(
        'Animal',
        {
          name: p.string(),
          legs: p.integer().check('legs >= 0 -- no less\n and legs < 10'),
          loud: p.string().generated(`(upper(name) -- of all\n || 'b') stored`),
        },
        {
          checks: [
            { name: 'as_sql', expression: raw('legs > 1 -- a few\n or legs = 1') },
            {
              name: 'as_a_function',
              expression: ({ legs }: Record<string, string>) => quote`${legs ?? ''} > 2 -- more\n or 1 = 1`,
            },
          ],
          indexes: [
            { name: 'by_legs', expression: 'create index by_legs on animal (legs) -- of all\n where legs > 2' },
            { name: 'by_name', properties: ['name'], where: 'legs > 2 -- most\n or legs = 1' },
          ],
          triggers: [
            { name: 'count', timing: 'after', events: ['insert'], body: 'select 1; -- nothing\n select 2;' },
            {
              name: 'count_again',
              timing: 'after',
              events: ['insert'],
              body: raw(`select 'it''s  1'; -- isn't\n select 2;`),
            },
          ],
        },
      ),
      make({
        name: 'Legs',
        view: true,
        expression: 'select id, legs -- all\n from animal -- of them\n where legs > 1 -- at least',
        properties: { id: p.integer().primary(), legs: p.integer() },
      }),
      make({
        name: 'Few',
        view: true,
        expression: () => raw('select id -- all\n from animal where legs < ?', [3]),
        properties: { id: p.integer().primary() },
      }),
    ],
  },
  'enums without items': {
    make: () => [
      schema({
        name: 'Animal',
        properties: {
          id: key,
          mood: { enum: true, type: 'string' },
          size: { enum: true, type: 'integer', nullable: true },
          sounds: { enum: true, array: true, type: 'string' },
          legs: { enum: true, columnType: 'smallint', type: 'number' },
        },
      }),
    ],
  },
  'enums of values, of texts and of numbers': {
    make: () => [
      entity('Animal', {
        mood: p.enum(() => Mood),
        legs: p.enum([1, 2, 4]),
        moods: p
          .enum(() => Mood)
          .array()
          .default(['calm']),
      }),
    ],
  },
  'enums that are kept as JSON': {
    make: () => [
      entity('Animal', { moods: say['enum']?.(['a', 'b']).type?.('json').array?.() }),
      schema({
        name: 'Keeper',
        properties: { id: key, moods: { enum: true, array: true, items: ['a', 'b'], type: 'json' } },
      }),
    ],
  },
  'types that are read from somewhere else': {
    make: () => [
      schema({
        name: 'Animal',
        properties: {
          id: { primary: true },
          name: {},
          tags: {},
          ranks: {},
          seen: { nullable: true },
          moods: { enum: true },
          mood: { enum: true },
          documents: {},
        },
      }),
    ],
    orm: {
      metadataProvider: typesFrom({
        id: { type: 'number' },
        name: { type: 'string' },
        tags: { type: 'string[]', array: true },
        ranks: { type: 'number[]', array: true },
        seen: { type: 'Date' },
        moods: { type: 'Mood', enum: false, array: true, items: ['calm', 'angry'] },
        mood: { type: 'Mood', items: ['calm', 'angry'] },
        documents: { type: '{ a: string }[]', array: true },
      }),
    },
  },
  'arrays that JavaScript itself converts': {
    make: () => [
      entity('Animal', {
        ranks: say['array']?.(Number),
        legs: say['array']?.(Number, String),
        tags: p.array(),
        names: p.type('string[]'),
        sizes: p.type('number[]'),
        weights: p.array((item: string) => +item),
        heights: say['array']?.(
          (item: { readonly x: number }) => item.x,
          (item: number) => item,
        ),
      }),
    ],
  },
  'lists inside an object, by name and by type': {
    make: () => {
      const Address = new EntitySchema({
        name: 'Address',
        embeddable: true,
        properties: { floors: { type: 'array' }, doors: { type: types.array }, bells: { type: 'string[]' } },
      } as never);
      const home = { kind: 'embedded', entity: () => Address };
      const places = { home: { ...home, object: true }, holiday: home };
      return [Address, make({ name: 'Animal', properties: { id: key, ...places } })];
    },
  },
  'a key that counts though it is no number': {
    make: () => [
      make({ name: 'Animal', properties: { id: p.uuid().primary().autoincrement(), name: p.string() } }),
      make({ name: 'Keeper', properties: { id: p.string().primary().autoincrement() } }),
    ],
  },
  'moments with and without a zone': {
    make: () => [
      entity('Animal', {
        born: p.datetime().columnType('timestamptz'),
        seen: say['type']?.('timestamptz'),
        fed: p.datetime().columnType('timestamp with time zone'),
        washed: say['type']?.('timestamp'),
        sold: say['type']?.('timestamp').length?.(3),
        left: p.datetime(3).columnType('timestamp(3)'),
      }),
      schema({ name: 'Keeper', properties: { id: key, born: { type: 'timestamptz' }, left: { type: 'TIMESTAMPTZ' } } }),
    ],
  },
  'a relation to one of a list of one': {
    make: () => {
      const Cat = entity('Cat');
      return [
        Cat,
        entity('Toy', {
          owner: () => say['manyToOne']?.([Cat]),
          holder: () => say['oneToOne']?.([Cat]).owner?.().nullable?.(),
        }),
      ];
    },
  },
  'a relation to many of a list': {
    make: () => {
      const [Cat, Dog] = [entity('Cat'), entity('Dog')];
      return [
        Cat,
        Dog,
        entity('Keeper', { pets: () => say['manyToMany']?.([Cat, Dog]) }),
        entity('Visitor', {
          likes: () => say['manyToMany']?.([Cat, Dog]).pivotTable?.('likes').discriminator?.('likeable').owner?.(),
        }),
      ];
    },
  },
  'a column and a joined column': {
    make: () => {
      const Cat = entity('Cat');
      const Dog = schema({ name: 'Dog', properties: { id: key } });
      return [
        Cat,
        Dog,
        entity('Toy', { cat: () => say['manyToOne']?.(Cat).fieldName?.('field').joinColumns?.('joined') }),
        schema({
          name: 'Ball',
          properties: {
            id: key,
            one: { kind: 'm:1', entity: () => Dog, fieldName: 'one_field', joinColumns: ['one_joined'] },
            two: { kind: '1:1', entity: () => Dog, fieldName: 'two_field', joinColumn: 'two_joined', owner: true },
          },
        }),
      ];
    },
  },
  'a base by its name': {
    make: () => [
      schema({ name: 'Base', abstract: true, properties: { id: key, made: { type: 'datetime' } } }),
      schema({ name: 'Named', extends: 'Base', abstract: true, properties: { name: { type: 'string' } } }),
      schema({ name: 'Animal', extends: 'Named', properties: { legs: { type: 'integer' } } }),
    ],
  },
  'a parent by its name': {
    make: () => [
      schema({ name: 'Animal', discriminatorColumn: 'kind', properties: { id: key, kind: { type: 'string' } } }),
      schema({ name: 'Cat', extends: 'Animal', properties: { lives: { type: 'integer', nullable: true } } }),
      schema({ name: 'Tiger', extends: 'Cat', properties: { stripes: { type: 'integer', nullable: true } } }),
    ],
  },
  'a table between many kinds and one': {
    make: () => {
      const tags = (more: object = {}): unknown => {
        let built = say['manyToMany']?.(Tag).pivotTable?.('taggables').discriminator?.('taggable').owner?.();
        for (const [call, value] of Object.entries(more)) built = built?.[call]?.(value);
        return built;
      };
      const Tag: EntitySchema = entity('Tag', {
        name: p.string(),
        posts: () => say['manyToMany']?.(Post).mappedBy?.('tags'),
      });
      const Post: EntitySchema = entity('Post', { tags: () => tags() });
      const Video = entity('Video', { tags: () => tags() });
      return [Tag, Post, Video];
    },
  },
  'a table between many kinds and one, with values that are chosen': {
    make: () => {
      const discriminatorMap = { p: 'Post', v: 'Video' };
      const Tag = entity('Tag', { name: p.string() });
      const tags = () =>
        say['manyToMany']?.(Tag)
          .pivotTable?.('taggables')
          .discriminator?.('taggable')
          .discriminatorMap?.(discriminatorMap)
          .owner?.();
      return [Tag, entity('Post', { tags }), entity('Video', { tags })];
    },
  },
  'defaults that answer another type': {
    make: () => [
      entity('Animal', {
        legs: say['integer']?.()
          .onUpdate?.(() => 'four')
          .onCreate?.(() => 'four'),
        seen: p.datetime().onUpdate(() => new Date()),
        fed: say['datetime']?.().onUpdate?.(written('animal => "2020"')),
        sold: say['datetime']?.().onCreate?.(written('(animal, em) => animal.seen')),
        name: p.string().onCreate(() => crypto.randomUUID()),
        code: p.uuid().onCreate(() => crypto.randomUUID()),
        nick: say['string']?.().onCreate?.(
          written('function (animal, ...rest) { return `${[1, 2].map(item => 1).join()}`; }'),
        ),
        tags: say['array']?.().onCreate?.(() => ['a']),
      }),
    ],
  },
  'indexes on paths': {
    make: () => {
      const Name = make({ name: 'Name', embeddable: true, properties: { first: p.string(), last: p.string() } });
      return [
        Name,
        entity(
          'Animal',
          { name: () => p.embedded(Name), document: p.json(), other: () => p.embedded(Name).object() },
          {
            indexes: [
              { properties: 'name.first' },
              { properties: ['name.last', 'id'] },
              { properties: ['name_first', 'name_last'] },
              { properties: 'document.a.b' },
            ],
            uniques: [{ properties: ['other.first'] }, { properties: 'id' }, { properties: ['id'] }],
          },
        ),
      ];
    },
  },
  'custom types that are named by where they are kept': {
    make: () => {
      const weightIn = written(
        `Type => {
          const Weight = class extends Type {
            convertToDatabaseValue(value, platform) { return value; }
            getColumnType(prop, platform) { return 'text'; }
          };
          return Weight;
        }`,
      ) as (base: typeof Type) => new () => Type;
      const Weight = weightIn(Type);
      return [entity('Animal', { weight: p.type(Weight), weights: p.type(Weight).array() })];
    },
  },
  'a key that counts, with children in tables of their own': {
    make: () => {
      const Animal = make({ name: 'Animal', inheritance: 'tpt', properties: { id: p.integer().primary() } });
      const Long = make({ name: 'Long', inheritance: 'tpt', properties: { id: p.bigint().primary() } });
      return [
        Animal,
        make({ name: 'Cat', extends: Animal, properties: { lives: p.integer() } }),
        make({ name: 'Dog', extends: Animal, properties: { tricks: p.integer() } }),
        Long,
        make({ name: 'Longer', extends: Long, properties: { lives: p.integer() } }),
      ];
    },
  },
  'a property that a child declares in another way': {
    make: () => {
      const properties = { id: key, sound: { enum: true, type: 'string' }, size: { type: 'string', length: 9 } };
      const Animal = schema({ name: 'Animal', discriminatorColumn: 'kind', properties });
      return [
        Animal,
        schema({ name: 'Cat', extends: Animal, properties: { sound: { type: 'string' }, size: { type: 'string' } } }),
      ];
    },
  },
  'a relation to one of several': {
    make: () => {
      const [Cat, Dog] = [entity('Cat'), entity('Dog')];
      return [Cat, Dog, entity('Toy', { owner: () => say['manyToOne']?.([Cat, Dog]) })];
    },
  },
  'checks by their names': {
    make: () => [
      schema({
        name: 'Animal',
        checks: [
          { name: 'some_legs', property: 'legs', expression: 'legs > 1' },
          { name: 'more_legs', expression: 'legs > 3' },
          { property: 'eyes', expression: 'eyes > 1' },
        ],
        properties: { id: key, legs: { type: 'integer' }, eyes: { type: 'integer' } },
      }),
    ],
  },
  'indexes by their names': {
    make: () => {
      const Keeper = entity('Keeper');
      return [
        Keeper,
        entity('Animal', {
          name: p.string().index('by_name'),
          code: p.string().unique('one_code'),
          keeper: () => say['manyToOne']?.(Keeper).index?.('by_keeper').foreignKeyName?.('kept_by'),
        }),
      ];
    },
  },
  'something stored inside of what is not': {
    make: () => {
      const Name = make({
        name: 'Name',
        embeddable: true,
        properties: { first: p.string().persist(), last: p.string() },
      });
      const Names = make({
        name: 'Names',
        embeddable: true,
        properties: { own: () => p.embedded(Name), nick: p.string().nullable() },
      });
      return [
        Name,
        Names,
        entity('Animal', {
          name: () => p.embedded(Name).persist(false),
          names: () => p.embedded(Names).persist(false),
          none: () => p.embedded(Name).object().persist(false),
          all: () => p.embedded(Name),
        }),
      ];
    },
  },
};

/** Sets that no version can keep, and what is said of them. */
export const REFUSED: Readonly<Record<string, EntitySet & { readonly says: string }>> = {
  'two entities of one name': {
    make: () => [entity('Animal', {}, { tableName: 'a1' }), entity('Animal', {}, { tableName: 'a2' })],
    says:
      'Two entities have the same name: Animal (a1) and Animal (a2). A frozen version identifies entities by name. ' +
      'Give one of the two classes another name.',
  },
  'two custom types of one name': {
    make: () => {
      const One = (() => class Weight extends Text {})();
      const Other = (() =>
        class Weight extends Text {
          override getColumnType(): string {
            return 'varchar(9)';
          }
        })();
      return [entity('Animal', { one: p.type(One), other: p.type(Other) })];
    },
    says:
      'A frozen version cannot contain the custom type Weight: it has the name of another custom type. ' +
      'Give one of the two classes another name.',
  },
  'a custom type without a name': {
    make: () => [entity('Animal', { weight: p.type((() => class extends Type<string, string> {})()) })],
    says: 'A frozen version cannot contain the custom type (without a name): it has no name. Give its class a name.',
  },
};

class Text extends Type<string, string> {
  override getColumnType(): string {
    return 'text';
  }
}
