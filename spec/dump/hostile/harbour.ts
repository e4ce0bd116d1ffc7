import type { PropertySpec, SetSpec, Way } from '../../version-file/any-entities/set.ts';

function scalar(name: string, type: string, options: object = {}): PropertySpec {
  return { name, kind: 'scalar', options: { type, ...options } };
}

function relation(
  name: string,
  kind: 'm:1' | 'm:n' | 'embedded',
  target: string | readonly string[],
  options: object = {},
): PropertySpec {
  return { name, kind, targets: [target].flat(), options: { ...options } };
}

const nullable = { nullable: true };
const primary = { primary: true };

/**
 * A harbour: relations to one of several entities, join tables that are entities and say no more than that they join, with keys
 * of several columns and with generated ones, keys that are large numbers, embeddables in each other and in lists.
 *
 * @param made where its entities are found once they are declared
 */
export function harbour(way: Way, made: Readonly<Record<string, unknown>>): SetSpec {
  const embeddables: SetSpec['embeddables'] = [
    { name: 'Spot', properties: [scalar('x', 'double'), scalar('y', 'double', nullable)] },
    {
      name: 'Place',
      properties: [
        scalar('name', 'string', { length: 30 }),
        relation('spot', 'embedded', 'Spot', nullable),
        scalar('more', 'json', nullable),
      ],
    },
  ];
  const papers: SetSpec['entities'] = [
    {
      name: 'Tag',
      options: {},
      properties: [scalar('id', 'bigint', primary), scalar('word', 'string', { length: 20, unique: true })],
    },
    {
      name: 'Letter',
      options: {},
      properties: [
        scalar('id', 'integer', primary),
        scalar('title', 'string', { length: 20, unique: true }),
        relation('tags', 'm:n', 'Tag', { owner: true, pivotTable: 'tagged', discriminator: 'paper' }),
      ],
    },
    {
      name: 'Chart',
      options: {},
      properties: [
        scalar('id', 'integer', primary),
        scalar('title', 'string', { length: 20, unique: true }),
        relation('tags', 'm:n', 'Tag', { owner: true, pivotTable: 'tagged', discriminator: 'paper' }),
      ],
    },
    {
      name: 'Remark',
      options: {},
      properties: [
        scalar('no', 'smallint', primary),
        relation('about', 'm:1', ['Letter', 'Chart'], nullable),
        scalar('text', 'text'),
      ],
    },
  ];
  const ships: SetSpec['entities'] = [
    {
      name: 'Ship',
      options: {},
      properties: [
        scalar('code', 'string', { length: 5, ...primary }),
        scalar('year', 'smallint', primary),
        scalar('second', 'integer', nullable),
        relation('dock', 'm:1', 'Dock', nullable),
        relation('sailors', 'm:n', 'Sailor', { pivotEntity: () => made['Crew'] }),
        relation('docks', 'm:n', 'Dock', { pivotEntity: () => made['Berth'] }),
      ],
    },
    { name: 'Sailor', options: {}, properties: [scalar('id', 'uuid', primary), scalar('name', 'string')] },
    {
      name: 'Crew',
      options: {},
      properties: [relation('ship', 'm:1', 'Ship', primary), relation('sailor', 'm:1', 'Sailor', primary)],
    },
    {
      name: 'Dock',
      options: {},
      properties: [
        scalar('id', 'integer', primary),
        scalar('name', 'string', { length: 20, unique: true }),
        relation('flagship', 'm:1', 'Ship', nullable),
        relation('place', 'embedded', 'Place', nullable),
        relation('box', 'embedded', 'Place', { object: true, nullable: true }),
        relation('places', 'embedded', 'Place', { array: true, nullable: true }),
      ],
    },
    {
      name: 'Berth',
      options: { uniques: [{ properties: ['ship', 'dock'] }] },
      properties: [scalar('id', 'integer', primary), relation('ship', 'm:1', 'Ship'), relation('dock', 'm:1', 'Dock')],
    },
    {
      name: 'Fee',
      options: {},
      properties: [scalar('no', 'integer', primary), relation('berth', 'm:1', 'Berth')],
    },
  ];
  return { way, embeddables, entities: [...papers, ...ships] };
}

/** Rows for {@link harbour}. */
export function rowsOfHarbour(dialect: 'sqlite' | 'postgresql'): string[] {
  const [ann, bob] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
  return [
    `insert into tag (id, word) values (9007199254740993, 'big'), (2, 'small')`,
    `insert into letter (id, title) values (1, 'one'), (2, 'two')`,
    `insert into chart (id, title) values (1, 'north')`,
    `insert into tagged (paper_type, paper_id, tag_id) values ('letter', 1, 2), ('chart', 1, 2), ('chart', 1, 9007199254740993)`,
    `insert into remark (no, about_type, about_id, text) values (1, 'letter', 2, 'a'), (2, 'chart', 1, 'b'), (3, null, null, 'c')`,
    `insert into ship (code, year, second) values ('A', 1, 7), ('A', 2, null)`,
    `insert into dock (id, name, flagship_code, flagship_year, place_name, place_spot_x, place_spot_y, box, places) values
      (1, 'East', 'A', 1, 'here', 1.5, null, '{"name":"b","spot":{"x":0.1,"y":null},"more":{"k":[1,null]}}', '[{"name":"c","spot":null,"more":null}]'),
      (2, 'West', null, null, null, null, null, null, null)`,
    `update ship set dock_id = 1 where year = 1`,
    `insert into sailor (id, name) values ('${ann}', 'Ann'), ('${bob}', 'Bob')`,
    `insert into crew (ship_code, ship_year, sailor_id) values ('A', 1, '${ann}'), ('A', 1, '${bob}'), ('A', 2, '${bob}')`,
    `insert into berth (id, ship_code, ship_year, dock_id) values (5, 'A', 1, 1), (6, 'A', 2, 2)`,
    `insert into fee (no, berth_id) values (1, 6)`,
    ...(dialect === 'postgresql'
      ? ['letter', 'chart', 'dock', 'berth'].map(table => `select setval('${table}_id_seq', 10)`)
      : []),
  ];
}
