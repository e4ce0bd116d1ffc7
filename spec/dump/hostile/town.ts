import { declare } from '../../version-file/any-entities/declare.ts';
import type { PropertySpec, SetSpec, Way } from '../../version-file/any-entities/set.ts';
import type { Modules } from '../releases.ts';

const LONG = 'a_name_that_is_longer_than_the_sixty_three_bytes_that_postgresql_keeps';

/** A column with a name that PostgreSQL cuts off. */
export const long = [scalar(`${LONG}_as_a_column`, 'string', { nullable: true })];

function scalar(name: string, type: string, options: object = {}): PropertySpec {
  return { name, kind: 'scalar', options: { type, ...options } };
}

function relation(name: string, kind: 'm:1' | 'm:n' | 'embedded', target: string, options: object = {}): PropertySpec {
  return { name, kind, targets: [target], options: { ...options } };
}

const id = scalar('id', 'integer', { primary: true });
const nullable = { nullable: true };

/**
 * A town with everything that has broken something: inheritance in one table and in several, composite keys, join tables with
 * and without an entity, embeddables, names that PostgreSQL cuts off, generated columns, self-references, cycles.
 *
 * @param namespace that of some of its tables, where the dialect has any
 * @param more properties of a company
 * @param way how its entities are declared
 */
export function town(
  namespace: string | undefined,
  more: readonly PropertySpec[] = [],
  way: Way = 'defineEntity',
): Modules[number] {
  const schema = namespace === undefined ? {} : { schema: namespace };
  const made: Record<string, object> = {};
  const embeddables: SetSpec['embeddables'] = [
    { name: 'Address', properties: [scalar('street', 'string'), scalar('no', 'integer', nullable)] },
    { name: 'Contact', properties: [relation('person', 'm:1', 'Person'), scalar('note', 'string', nullable)] },
  ];
  const vehicles: SetSpec['entities'] = [
    {
      name: 'Vehicle',
      options: { discriminatorColumn: 'sort', discriminatorValue: 'vehicle' },
      properties: [
        id,
        scalar('sort', 'string', { length: 20 }),
        scalar('plate', 'string', { length: 20, unique: true }),
        relation('owner', 'm:1', 'Party', nullable),
      ],
    },
    {
      name: 'Car',
      extends: 'Vehicle',
      options: { discriminatorValue: 'car' },
      properties: [scalar('doors', 'integer', nullable), relation('towedBy', 'm:1', 'Truck', nullable)],
    },
    {
      name: 'Truck',
      extends: 'Vehicle',
      options: { discriminatorValue: 'truck' },
      properties: [
        scalar('load', 'decimal', { precision: 12, scale: 3, nullable: true }),
        relation('stops', 'm:n', 'Street', { owner: true }),
      ],
    },
    {
      name: 'Tanker',
      extends: 'Truck',
      options: { discriminatorValue: 'tanker' },
      properties: [scalar('fluid', 'string', nullable)],
    },
  ];
  // a table for each type
  const parties: SetSpec['entities'] = [
    {
      name: 'Party',
      options: { inheritance: 'tpt' },
      properties: [
        id,
        scalar('name', 'string', { length: 40, unique: true }),
        relation('home', 'embedded', 'Address', nullable),
      ],
    },
    {
      name: 'Person',
      extends: 'Party',
      options: {},
      properties: [
        relation('boss', 'm:1', 'Person', nullable),
        relation('away', 'embedded', 'Address', { object: true, nullable: true }),
        relation('stays', 'embedded', 'Address', { array: true, nullable: true }),
      ],
    },
    { name: 'Company', extends: 'Party', options: {}, properties: [relation('head', 'm:1', 'Person'), ...more] },
  ];
  // composite keys, in another namespace
  const streets: SetSpec['entities'] = [
    {
      name: 'Street',
      options: schema,
      properties: [
        scalar('town', 'string', { length: 20, primary: true }),
        scalar('no', 'integer', { primary: true }),
        scalar('name', 'string', nullable),
        scalar('label', 'string', { length: 40, generated: `(town || ' street') stored`, nullable: true }),
        relation('crosses', 'm:n', 'Street', { owner: true }),
      ],
    },
    {
      name: 'House',
      options: { tableName: LONG, ...schema },
      properties: [
        relation('street', 'm:1', 'Street', { primary: true }),
        scalar('letter', 'string', { length: 1, primary: true }),
        relation('next', 'm:1', 'House', nullable),
        relation('opposite', 'm:1', 'House', nullable),
      ],
    },
  ];
  const clubs: SetSpec['entities'] = [
    {
      name: 'Membership',
      options: {},
      properties: [
        relation('club', 'm:1', 'Club', { primary: true }),
        relation('person', 'm:1', 'Person', { primary: true }),
        scalar('since', 'integer', { default: 2000 }),
      ],
    },
    {
      name: 'Club',
      options: {},
      properties: [
        id,
        scalar('code', 'string', { length: 10, unique: true }),
        relation('founder', 'm:1', 'Person', nullable),
        relation('members', 'm:n', 'Person', { pivotEntity: () => made['Membership'] }),
        relation('friends', 'm:n', 'Club', { owner: true }),
        relation('ranking', 'm:n', 'Person', { owner: true, fixedOrder: true }),
        relation('first', 'embedded', 'Contact', nullable),
        relation('others', 'embedded', 'Contact', { array: true, nullable: true }),
      ],
    },
  ];
  const entities = [...vehicles, ...parties, ...streets, ...clubs];
  const all = declare({ way, embeddables, entities }) as unknown as readonly object[];
  const names = [...embeddables, ...entities].map(({ name }) => name);
  return Object.assign(made, Object.fromEntries(names.map((name, index) => [name, all[index] as object])));
}

/** Rows for {@link town}, in which everything refers to something, and some to themselves or in a circle. */
export function rowsOfTown(dialect: 'sqlite' | 'postgresql', namespace: string | undefined): string[] {
  const name = dialect === 'postgresql' ? LONG.slice(0, 63) : LONG;
  const at = namespace === undefined ? '' : `${namespace}.`;
  return [
    `insert into party (id, name, home_street, home_no) values (1, 'Ada', 'High', 1), (2, 'Bob', null, null), (3, 'Co', 'Low', null), (4, 'None', null, null)`,
    `insert into person (id, boss_id, away, stays) values (1, 2, '{"street": "x", "no": 2}', '[{"street": "y", "no": null}]'), (2, 1, null, null)`,
    `insert into company (id, head_id) values (3, 1)`,
    `insert into ${at}street (town, no, name) values ('A', 1, 'First'), ('A', 2, null), ('B', 1, 'First')`,
    `insert into ${at}street_crosses (street_1_town, street_1_no, street_2_town, street_2_no) values ('A', 1, 'A', 2), ('A', 2, 'A', 1)`,
    `insert into ${at}"${name}" (street_town, street_no, letter, next_street_town, next_street_no, next_letter) values ('A', 1, 'a', 'A', 1, 'b'), ('A', 1, 'b', 'A', 1, 'a'), ('B', 1, 'a', 'B', 1, 'a')`,
    `insert into vehicle (id, sort, plate, owner_id, doors, towed_by_id, load) values (1, 'car', 'C1', 3, 3, 2, null), (2, 'truck', 'T1', 1, null, null, 1.125), (3, 'vehicle', 'V1', null, null, null, null)`,
    `insert into vehicle (id, sort, plate, load, fluid) values (4, 'tanker', 'K1', 2, 'milk')`,
    `insert into vehicle_stops (vehicle_id, street_town, street_no) values (2, 'A', 1), (2, 'B', 1)`,
    `insert into club (id, code, founder_id, first_person_id, first_note, others) values (1, 'chess', 1, 1, 'n', '[{"person": 2, "note": null}]'), (2, 'go', null, null, null, null)`,
    `insert into club_ranking (club_id, party_id) values (1, 2), (1, 1)`,
    `insert into membership (club_id, person_id, since) values (1, 1, 1999), (1, 2, 2001)`,
    `insert into club_friends (club_1_id, club_2_id) values (1, 2), (2, 2)`,
    ...(dialect === 'postgresql'
      ? ['party', 'vehicle', 'club'].map(table => `select setval('${table}_id_seq', 10)`)
      : []),
  ];
}
