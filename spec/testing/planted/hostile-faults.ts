import { SOUND_STEPS, type AnyStep } from './pets.ts';
import type { PlantedFault } from './faults.ts';

/*
 * What a hostile user writes: each of these works on the machine where it was written.
 */

const sql =
  (...statements: readonly string[]) =>
  async (step: AnyStep) => {
    for (const statement of statements) await step.execute(statement);
  };

const KINDS = `insert into kind (id, name) values (1, 'dog'), (2, 'cat')`;

export const HOSTILE: readonly PlantedFault[] = [
  {
    name: 'a step that writes the time of the day',
    law: 2,
    says: /owner\.name: .* changed/,
    planted: { end: sql(`update owner set name = 'seen at ' || strftime('%s', 'now')`) },
  },
  {
    name: 'a step that chooses at random what becomes of an old dump',
    law: 10,
    says: /pet\.legs: .* changed/,
    spoil: () => {},
    planted: {
      kinds: async step => {
        await step.createStorage(step.after.Kind);
        await step.execute('update pet set legs = abs(random()) % 1000000');
      },
    },
  },
  {
    name: 'a step that works only on an empty table',
    law: 2,
    says: /upgradeTo_2 failed: .*UNIQUE/i,
    planted: { end: sql('create table badge (id integer primary key)', 'insert into badge select 1 from owner') },
  },
  {
    name: 'a step that works only where rows are',
    law: 1,
    says: /upgradeTo_2 failed: /,
    planted: {
      end: async step => {
        const [{ name }] = await step.execute('select name from owner order by id limit 1');
        await step.execute('update owner set name = name where name = ?', [name]);
      },
    },
  },
  {
    name: 'a step that reads by the entities of the application',
    law: 2,
    says: /no such column/,
    planted: {
      legs: async step => {
        await step.em.find('Pet', { code: null });
        await step.addProperty(step.after.Pet, 'legs');
      },
    },
  },
  {
    name: 'a step that swallows an error of the database',
    law: 2,
    says: /continued after a statement had failed/,
    planted: { end: async step => void (await step.execute('update pet set nose = 1').catch(() => {})) },
  },
  {
    name: 'a step that leaves out the rows it does not understand',
    law: 2,
    says: /fails with rows that version 1 allows[^]*pet_friends/,
    planted: {
      end: async step => {
        for (const { id, weight } of await step.execute('select id, weight from pet'))
          try {
            if (weight < 0) throw new Error('a pet weighs something');
          } catch {
            await step.execute('delete from pet where id = ?', [id]);
          }
      },
    },
  },
  {
    name: 'an onInstall that inserts twice',
    law: 7,
    says: /2 rows of kind are inserted by a fresh installation, and by no step/,
    options: { reference: ['Kind'] },
    planted: { install: sql(KINDS, `insert into kind (name) select name from kind`) },
  },
  {
    name: 'a way back that forgets one column',
    law: 3,
    says: /downgradeTo_1 does not lead to the frozen version 1[^]*code/,
    planted: {
      down: async step => {
        await step.execute('drop trigger pet_seen');
        await step.execute('alter table pet rename column code to old_code');
        await step.alterStorage(step.before.Pet, step.after.Pet);
        await step.execute('alter table pet add column code text');
      },
    },
  },
  {
    name: 'a loss that is declared, and another one behind it',
    law: 3,
    says: /pet_friends: .* lost/,
    planted: {
      dropKinds: async step => {
        await step.execute('delete from pet_friends');
        await step.dropStorage(step.before.Kind);
      },
    },
  },
  {
    name: 'a loss of rows that is declared, and values that change behind it',
    law: 2,
    says: /pet\.born: .* changed/,
    planted: {
      steps: { ...SOUND_STEPS, 2: { lossy: { up: 'forgets who are friends', down: 'drops legs and codes' } } },
      end: sql('delete from pet_friends', 'update pet set born = born + 3600000'),
    },
  },
  {
    name: 'a loss of rows that is declared, and a row that is doubled',
    law: 2,
    says: /owner: .*1 row doubled/,
    planted: {
      steps: { ...SOUND_STEPS, 2: { lossy: { up: 'forgets an owner', down: 'drops legs and codes' } } },
      end: sql(
        'update pet set owner_id = null',
        'delete from owner where id = 1',
        'insert into owner (id, name) select 9999, name from owner where id = 2',
      ),
    },
  },
  {
    name: 'compatible, with a column that may not be null and has no default',
    law: 4,
    says: /insert row .* into owner: .*badge/,
    planted: {
      steps: { ...SOUND_STEPS, 2: { ...SOUND_STEPS[2], compatible: 1 } },
      end: sql(
        'create table owners as select * from owner',
        'drop table owner',
        'create table owner (id integer not null primary key autoincrement, name text not null, badge text not null)',
        `insert into owner select id, name, '' from owners`,
        'drop table owners',
      ),
    },
  },
  {
    name: 'a rebuilt table that gives the keys of deleted rows again',
    law: 2,
    says: /pet_friends|owner: the next key was \d+, and is \d+ now/,
    planted: { end: sql(`delete from sqlite_sequence where name = 'owner'`) },
  },
  {
    name: 'a step whose rows depend on how it is committed',
    law: 8,
    says: /owner\.name: .* changed/,
    planted: {
      async end() {
        this.began = [...(this.began ?? []), 2];
      },
      async kinds(step) {
        await step.createStorage(step.after.Kind);
        await step.execute(KINDS);
        await step.execute(`update owner set name = ?`, [`steps ${(this.began ?? []).join(', ')}`]);
      },
    },
  },
];
