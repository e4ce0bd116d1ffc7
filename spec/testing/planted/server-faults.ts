import pg from 'pg';
import type { AnyStep } from './pets.ts';
import type { ServerParts } from './server-pets.ts';

/** Something wrong, the law that names it, and what its text says. */
interface ServerFault {
  readonly name: string;
  readonly law: number;
  readonly says: RegExp;
  readonly planted: ServerParts;
}

const sql =
  (...statements: readonly string[]) =>
  async (step: AnyStep) => {
    for (const statement of statements) await step.execute(statement);
  };

/** Sends a statement on a connection that is not the step's. */
async function onAnother(step: AnyStep, statement: string): Promise<void> {
  const [{ name }] = await step.execute('select current_database() as name');
  const url = new URL(String(step.em.getDriver().config.get('clientUrl')));
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(statement);
  await client.end();
}

const COMPATIBLE = { 2: { compatible: 1, lossy: 'drops notes' } };

/** What becomes of values. */
const values: readonly ServerFault[] = [
  {
    name: 'a native enum value that is turned to another',
    law: 2,
    says: /pet\.mood: .* changed, the first is row \d+: "glad" became "tired"/,
    planted: { end: sql(`update pet set mood = 'tired' where mood = 'glad'`) },
  },
  {
    name: 'a moment that is moved by the zone of the session',
    law: 2,
    says: /pet\.born: .* changed/,
    planted: {
      end: sql(`set local time zone 'Asia/Kathmandu'`, `update pet set born = born::timestamp at time zone 'UTC'`),
    },
  },
  {
    name: 'a timestamptz that is cut to milliseconds',
    law: 2,
    says: /pet\.born: .* changed/,
    planted: { end: sql(`update pet set born = date_trunc('milliseconds', born) where isfinite(born)`) },
  },
  {
    name: 'a key of JSON that is lost',
    law: 2,
    says: /pet\.data: .* changed/,
    planted: {
      end: sql(
        `update pet set data = data - (select min(name) from jsonb_object_keys(data) name) where jsonb_typeof(data) = 'object'`,
      ),
    },
  },
  {
    name: 'an element of an array that is lost',
    law: 2,
    says: /pet\.tags: .* changed/,
    planted: { end: sql('update pet set tags = trim_array(tags, 1) where cardinality(tags) > 1') },
  },
  {
    name: 'an empty array that becomes null',
    law: 2,
    says: /pet\.tags: .* changed/,
    planted: { end: sql('update pet set tags = null where cardinality(tags) = 0') },
  },
  {
    name: 'a numeric that goes through a double',
    law: 2,
    says: /pet\.price: .* changed/,
    planted: { end: sql('update pet set price = price::float8::numeric') },
  },
  {
    name: 'a sequence that is set back',
    law: 2,
    says: /pet: the next key was \d+, and is 1 now/,
    planted: { end: sql(`select setval(pg_get_serial_sequence('pet', 'id'), 1, false)`) },
  },
  {
    name: 'a way back that rounds',
    law: 3,
    says: /pet\.price: .* changed/,
    planted: { down: sql('update pet set price = round(price, 2)') },
  },
];

/** What becomes of storage. */
const storage: readonly ServerFault[] = [
  {
    name: 'an index that includes another column',
    law: 2,
    says: /pet_cheap[^]*mood/,
    planted: {
      end: sql('drop index pet_cheap', 'create index pet_cheap on pet (price) include (mood) where price < 10'),
    },
  },
  {
    name: 'an index with another predicate',
    law: 2,
    says: /pet_cheap[^]*11/,
    planted: {
      end: sql('drop index pet_cheap', 'create index pet_cheap on pet (price) include (name) where price < 11'),
    },
  },
  {
    name: 'an index with another collation',
    law: 2,
    says: /pet_told/,
    planted: { end: sql('drop index pet_told', 'create index pet_told on pet (name)') },
  },
  {
    name: 'a foreign key that is made deferrable',
    law: 2,
    says: /owner[^]*defer/i,
    planted: { end: sql('alter table pet alter constraint pet_owner_id_foreign deferrable initially deferred') },
  },
  {
    name: 'a foreign key that is made again, and not validated',
    law: 2,
    says: /owner[^]*valid/i,
    planted: {
      end: sql(
        'alter table pet drop constraint pet_owner_id_foreign',
        'alter table pet add constraint pet_owner_id_foreign foreign key (owner_id) references owner (id) on delete set null not valid',
      ),
    },
  },
  {
    name: 'a native enum with a value that no version has',
    law: 2,
    says: /pet_mood|mood/,
    planted: { end: sql(`alter type pet_mood add value 'angry'`) },
  },
  {
    name: 'an installation with a native enum that no version has',
    law: 1,
    says: /pet_size/,
    planted: {
      install: sql(`create type pet_size as enum ('small', 'large')`, 'alter table pet add column size pet_size'),
    },
  },
];

/** What becomes of transactions, and of old code. */
const others: readonly ServerFault[] = [
  {
    name: 'compatible, with a native enum value of another name',
    law: 4,
    says: /insert row \d+ into pet: .*glad/,
    planted: { steps: COMPATIBLE, end: sql(`alter type pet_mood rename value 'glad' to 'happy'`) },
  },
  {
    name: 'compatible, with a column that has no room any more for what old code writes',
    law: 4,
    says: /insert row \d+ into pet: .*too long/,
    planted: { steps: COMPATIBLE, end: sql('alter table pet alter column name type varchar(20)') },
  },
  {
    name: 'a second connection that commits by itself',
    law: 5,
    says: /a connection to /,
    planted: {
      begin: async step => onAnother(step, `insert into owner (name) values ('by another connection')`),
    },
  },
  {
    name: 'a commit and another transaction in the middle',
    law: 5,
    says: /commit/i,
    planted: { begin: sql('commit', 'begin') },
  },
  {
    name: 'a commit by a procedure',
    law: 2,
    says: /invalid transaction termination/,
    planted: {
      begin: sql(
        `create procedure settle() language plpgsql as $$ begin commit; end $$`,
        'call settle()',
        'drop procedure settle',
      ),
    },
  },
];

let runs = 0;

/** What is left when a connection is cut off. */
const cutOff: readonly ServerFault[] = [
  {
    name: 'a step that counts in its process',
    law: 9,
    says: /cut off \d+ times and booted again, has another result[^]*owner\.name: .* changed/,
    planted: {
      async end(step) {
        runs += 1;
        await step.execute(`update owner set name = 'run ${runs}'`);
      },
    },
  },
  {
    name: 'a table that another connection makes, and leaves there',
    law: 9,
    says: /booted again, has another result[^]*journal/,
    planted: { begin: async step => onAnother(step, 'create table if not exists journal (id integer primary key)') },
  },
];

export const SERVER_FAULTS: readonly ServerFault[] = [...values, ...storage, ...others, ...cutOff];
