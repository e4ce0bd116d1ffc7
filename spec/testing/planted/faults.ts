import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createServer, Socket, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEntity, p } from '@mikro-orm/core';
import type { ProveOptions } from '../../../lib/testing/index.ts';
import { HOSTILE } from './hostile-faults.ts';
import { SOUND_STEPS, third, type AnyStep, type PlantedParts } from './pets.ts';

/** Something wrong, the law that names it, and what its text says. */
export interface PlantedFault {
  readonly name: string;
  readonly law: number;
  readonly says: RegExp;
  readonly planted?: PlantedParts;
  /** The entities of the application, where these are wrong. */
  readonly entities?: () => object;
  readonly options?: ProveOptions;
  /** Spoils the dump of version 2 that the checks get. */
  readonly spoil?: (folder: string) => void;
}

const sql =
  (...statements: readonly string[]) =>
  async (step: AnyStep) => {
    for (const statement of statements) await step.execute(statement);
  };

/** Storage that a step makes otherwise than its frozen version says. */
const storage: readonly PlantedFault[] = [
  {
    name: 'a default that was forgotten',
    law: 2,
    says: /legs/,
    planted: { legs: sql('alter table pet add column legs integer not null default 0') },
  },
  {
    name: 'a column that may be null',
    law: 2,
    says: /legs/,
    planted: { legs: sql('alter table pet add column legs integer default 4') },
  },
  {
    name: 'a column of another type',
    law: 2,
    says: /code/,
    planted: { code: sql('alter table pet add column code blob', 'create unique index pet_code_unique on pet (code)') },
  },
  {
    name: 'a column that was forgotten',
    law: 2,
    says: /code/,
    planted: { code: async () => {}, trigger: async () => {} },
  },
  {
    name: 'a column that no version has',
    law: 2,
    says: /extra|colour/,
    planted: { end: sql('alter table pet add column colour text') },
  },
  {
    name: 'a unique index that was forgotten',
    law: 2,
    says: /code/,
    planted: { end: sql('drop index pet_code_unique') },
  },
  { name: 'an index that was forgotten', law: 2, says: /name/, planted: { end: sql('drop index pet_name_index') } },
  {
    name: 'an index with another predicate',
    law: 2,
    says: /pet_heavy/,
    planted: { end: sql('drop index pet_heavy', 'create index pet_heavy on pet (weight) where weight > 11') },
  },
  {
    name: 'an index of another column',
    law: 2,
    says: /pet_name_index|name/,
    planted: { end: sql('drop index pet_name_index', 'create index pet_name_index on pet (note)') },
  },
  {
    name: 'an index that should not be unique',
    law: 2,
    says: /pet_heavy|unique/,
    planted: {
      end: sql('drop index pet_heavy', 'create unique index pet_heavy on pet (weight, id) where weight > 10'),
    },
  },
  {
    name: 'an index that no version has',
    law: 2,
    says: /pet_note/,
    planted: { end: sql('create index pet_note on pet (note)') },
  },
  {
    name: 'a trigger with another body',
    law: 2,
    says: /pet_seen/,
    planted: {
      end: sql(
        'drop trigger pet_seen',
        'create trigger pet_seen after insert on pet for each row begin update owner set name = upper(name) where id = new.owner_id; end',
      ),
    },
  },
  { name: 'a trigger that was forgotten', law: 2, says: /pet_seen/, planted: { end: sql('drop trigger pet_seen') } },
  {
    name: 'a trigger that no version has',
    law: 2,
    says: /pet_shout/,
    planted: { end: sql('create trigger pet_shout after update on pet for each row begin select 1; end') },
  },
  {
    name: 'a foreign key to another table',
    law: 2,
    says: /best/,
    planted: {
      best: sql(
        'alter table pet add column best_id integer references owner (id) on delete cascade',
        'create index pet_best_id_index on pet (best_id)',
      ),
    },
  },
  {
    name: 'a foreign key without its action',
    law: 2,
    says: /best/,
    planted: {
      best: sql(
        'alter table pet add column best_id integer references pet (id)',
        'create index pet_best_id_index on pet (best_id)',
      ),
    },
  },
  {
    name: 'a table that is left over',
    law: 2,
    says: /pet_old/,
    planted: { end: sql('create table pet_old as select * from pet') },
  },
  { name: 'a table that was forgotten', law: 2, says: /kind/, planted: { kinds: async () => {} } },
];

/** Rows that a step changes, loses or makes. */
const rows: readonly PlantedFault[] = [
  {
    name: 'a row that is lost',
    law: 2,
    says: /lost/,
    planted: { end: sql('delete from pet_friends where rowid = (select min(rowid) from pet_friends)') },
  },
  {
    name: 'rows of another table that are lost',
    law: 2,
    says: /lost/,
    planted: { end: sql('update pet set owner_id = null', 'delete from owner where id = 1') },
  },
  {
    name: 'a row that is doubled',
    law: 2,
    says: /added|doubled/,
    planted: { end: sql('insert into owner (id, name) select 9999, name from owner where id = 2') },
  },
  {
    name: 'a value that is rounded',
    law: 2,
    says: /weight/,
    planted: { end: sql('update pet set weight = round(weight)') },
  },
  {
    name: 'a decimal that loses its digits',
    law: 2,
    says: /price/,
    planted: { end: sql('update pet set price = round(price)') },
  },
  {
    name: 'an integer that becomes a double',
    law: 2,
    says: /seen/,
    planted: {
      end: sql('update pet set seen = cast(cast(seen as real) as integer) where abs(seen) > 9007199254740992'),
    },
  },
  {
    name: 'a moment that is moved by a time zone',
    law: 2,
    says: /born/,
    planted: { end: sql('update pet set born = born + 3600000') },
  },
  {
    name: 'a moment that loses its milliseconds',
    law: 2,
    says: /born/,
    planted: { end: sql('update pet set born = born / 1000 * 1000') },
  },
  {
    name: 'a text that is trimmed',
    law: 2,
    says: /name|note/,
    planted: { end: sql('update pet set note = trim(note)', 'update pet set name = trim(name)') },
  },
  {
    name: 'a text whose letters change',
    law: 2,
    says: /name/,
    planted: { end: sql('update pet set name = upper(name)') },
  },
  {
    name: 'null that becomes an empty text',
    law: 2,
    says: /note/,
    planted: { end: sql(`update pet set note = coalesce(note, '')`) },
  },
  {
    name: 'an empty text that becomes null',
    law: 2,
    says: /name/,
    planted: {
      end: sql(
        `update owner set name = 'x' where name = ''`,
        `update pet set note = nullif(note, '')`,
        `update pet set name = 'x' where name = ''`,
      ),
    },
  },
  {
    name: 'null in JSON that becomes null in SQL',
    law: 2,
    says: /data/,
    planted: { end: sql(`update pet set data = null where data = 'null'`) },
  },
  {
    name: 'a relation that leads to another row',
    law: 2,
    says: /owner/,
    planted: { end: sql('update pet set owner_id = (select min(id) from owner) where owner_id is not null') },
  },
];

/** No loss is declared of the way back from version 3. */
const LOSSLESS = { ...SOUND_STEPS, 3: { compatible: 2 } };

/** Ways back. */
const ways: readonly PlantedFault[] = [
  {
    name: 'a way back that loses rows without saying so',
    law: 3,
    says: /lost|lose/,
    planted: {
      steps: LOSSLESS,
      dropKinds: async step => {
        await step.execute('delete from pet_friends');
        await step.dropStorage(step.before.Kind);
      },
    },
  },
  {
    name: 'a way back that changes values',
    law: 3,
    says: /name/,
    planted: {
      steps: LOSSLESS,
      dropKinds: async step => {
        await step.execute(`update owner set name = name || '!'`);
        await step.dropStorage(step.before.Kind);
      },
    },
  },
  { name: 'a way back that leaves storage behind', law: 3, says: /kind/i, planted: { dropKinds: async () => {} } },
];

const COMPATIBLE_1 = { ...SOUND_STEPS, 2: { ...SOUND_STEPS[2], compatible: 1 } };

/** Claims that old code may go on. */
const claims: readonly PlantedFault[] = [
  {
    name: 'compatible, with a column that old code does not fill',
    law: 4,
    says: /insert row 1 into pet: colour is missing \(and 11 more rows\)/,
    planted: {
      steps: COMPATIBLE_1,
      end: async step => {
        await step.execute(
          `create trigger colour before insert on pet for each row when new.legs = 4 begin select raise(abort, 'colour is missing'); end`,
        );
      },
    },
  },
  {
    name: 'compatible, with a column that old code reads and that is gone',
    law: 4,
    says: /note/,
    planted: { steps: COMPATIBLE_1, end: sql('alter table pet drop column note') },
  },
  {
    name: 'compatible, with a table that old code uses and that has another name',
    law: 4,
    says: /owner/,
    planted: { steps: COMPATIBLE_1, end: sql('alter table owner rename to person') },
  },
  {
    name: 'compatible, with rows that old code may write and the new storage refuses',
    law: 4,
    says: /insert .*long/,
    planted: {
      steps: COMPATIBLE_1,
      end: sql(
        `create trigger short before insert on pet for each row when length(new.name) > 20 begin select raise(abort, 'too long'); end`,
      ),
    },
  },
  {
    name: 'compatible, with rows that old code may delete and the new storage holds fast',
    law: 4,
    says: /delete/,
    planted: {
      steps: COMPATIBLE_1,
      end: sql(`create trigger fast before delete on owner for each row begin select raise(abort, 'held'); end`),
    },
  },
  {
    name: 'compatible, with rows that old code may update and the new storage does not',
    law: 4,
    says: /update/,
    planted: {
      steps: COMPATIBLE_1,
      end: sql(`create trigger fixed before update on owner for each row begin select raise(abort, 'fixed'); end`),
    },
  },
  {
    name: 'compatible, with rows that the step refuses and old code goes on to write',
    law: 4,
    says: /insert row .* into pet: .*narrow/,
    planted: {
      steps: COMPATIBLE_1,
      end: async step => {
        const [long] = await step.execute('select 1 from pet where length(note) > 100 limit 1');
        if (long) throw new Error('shorten the notes first');
        await step.execute(
          `create trigger narrow before insert on pet for each row when length(new.note) > 100 begin select raise(abort, 'narrow'); end`,
        );
      },
    },
  },
];

const address = async () => {
  const server = createServer().listen(0);
  await new Promise(resolve => server.once('listening', resolve));
  return { server, port: (server.address() as AddressInfo).port };
};

/** What a rollback does not undo, and what is not awaited. */
const undoable: readonly PlantedFault[] = [
  {
    name: 'a file that a step writes',
    law: 5,
    says: /writeFileSync\(.*pets\.log/,
    planted: { end: async () => fs.writeFileSync(join(tmpdir(), 'pets.log'), 'x') },
  },
  {
    name: 'a file that a step writes without blocking',
    law: 5,
    says: /appendFile\(.*pets\.log/,
    planted: { end: async () => fs.promises.appendFile(join(tmpdir(), 'pets.log'), 'x') },
  },
  {
    name: 'a file that a step removes',
    law: 5,
    says: /rmSync\(/,
    planted: { end: async () => fs.rmSync(join(tmpdir(), 'pets.none'), { force: true }) },
  },
  {
    name: 'a connection that a step opens',
    law: 5,
    says: /a connection to .*\d/,
    planted: {
      end: async () => {
        const { server, port } = await address();
        const socket = new Socket();
        await new Promise<void>(resolve => socket.connect(port, '127.0.0.1', resolve));
        socket.destroy();
        server.close();
      },
    },
  },
  {
    name: 'a process that a step starts',
    law: 5,
    says: /the process .*node/,
    planted: { end: () => new Promise(resolve => spawn(process.execPath, ['-e', '0']).once('exit', resolve)) },
  },
  {
    name: 'an await that is missing',
    law: 5,
    says: /[Aa]wait/,
    planted: { end: async step => void step.execute('update pet set name = name') },
  },
  {
    name: 'an operation that is not awaited',
    law: 5,
    says: /[Aa]wait/,
    planted: {
      heavyIndex: async step => void step.addIndex(step.after.Pet, 'pet_heavy'),
      trigger: async () => {},
      check: async () => {},
    },
  },
  { name: 'a commit', law: 5, says: /commit/i, planted: { end: sql('commit') } },
];

/** Frozen versions and entities. */
const frozen: readonly PlantedFault[] = [
  {
    name: 'a frozen version that was edited',
    law: 6,
    says: /version 2 was edited/,
    planted: { versions: sound => ({ ...sound, 2: { ...sound[2], fingerprint: '1:0000000000000000' } }) },
  },
  {
    name: 'a frozen version that is gone',
    law: 6,
    says: /not frozen: 2/,
    planted: { versions: ({ 1: one, 3: three }) => ({ 1: one as object, 3: three as object }) },
  },
  {
    name: 'a frozen version that cannot be loaded',
    law: 6,
    says: /version 2 cannot be loaded/,
    planted: {
      versions: sound => ({
        ...sound,
        2: {
          ...sound[2],
          load: async () => {
            throw new Error('no such file');
          },
        },
      }),
    },
  },
  {
    name: 'entities that were changed without a version',
    law: 6,
    says: /entities differ/,
    entities: () => ({
      ...third(),
      Kind: defineEntity({
        name: 'Kind',
        properties: { id: p.integer().primary(), name: p.string(), age: p.integer() },
      }),
    }),
  },
];

/** Installations. */
const installs: readonly PlantedFault[] = [
  {
    name: 'an installation with an index that steps do not make',
    law: 1,
    says: /kind_name/,
    planted: {
      install: sql(
        'create index kind_name on kind (name)',
        `insert into kind (id, name) values (1, 'dog'), (2, 'cat')`,
      ),
    },
  },
  {
    name: 'an installation with a table that steps do not make',
    law: 1,
    says: /kind_old|kind/,
    planted: {
      install: sql(
        `insert into kind (id, name) values (1, 'dog'), (2, 'cat')`,
        'alter table kind add column age integer',
      ),
    },
  },
  {
    name: 'an onInstall that lags behind the steps',
    law: 7,
    says: /kind/i,
    options: { reference: ['Kind'] },
    planted: { install: sql(`insert into kind (id, name) values (1, 'dog')`) },
  },
  {
    name: 'a step that lags behind onInstall',
    law: 7,
    says: /kind/i,
    options: { reference: ['Kind'] },
    planted: { kinds: async step => step.createStorage(step.after.Kind) },
  },
  {
    name: 'reference rows that are other ones',
    law: 7,
    says: /kind/i,
    options: { reference: ['Kind'] },
    planted: { install: sql(`insert into kind (id, name) values (1, 'dog'), (2, 'Cat')`) },
  },
];

/** A step whose end depends on what a process remembers. */
let runs = 0;
const counting = async (step: AnyStep) => {
  runs += 1;
  await step.execute(`update owner set name = 'run ${runs}'`);
};

const killed: readonly PlantedFault[] = [
  {
    name: 'a step that counts in its process',
    law: 9,
    says: /killed before statement \d+ \(\w[^\n]*\) and booted[^]*owner\.name: .* changed/,
    planted: { end: counting },
  },
];

const edit = (file: string, change: (text: string) => string) => (folder: string) => {
  const path = join(folder, file);
  fs.writeFileSync(path, change(fs.readFileSync(path, 'utf8')));
};

/** Old dumps, and steps that they do not survive. */
const dumps: readonly PlantedFault[] = [
  {
    name: 'a dump whose rows were edited',
    law: 10,
    says: /owner/,
    spoil: edit('tables/owner.jsonl', text => text.replace('1', '7')),
  },
  { name: 'a dump that was cut', law: 10, says: /pet/, spoil: edit('tables/pet.jsonl', text => text.slice(0, -20)) },
  {
    name: 'a dump of which a table is missing',
    law: 10,
    says: /pet_friends/,
    spoil: folder => fs.rmSync(join(folder, 'tables', 'pet_friends.jsonl')),
  },
  {
    name: 'a dump of another Schema',
    law: 10,
    says: /manifest\.json|'cats'/,
    spoil: edit('manifest.json', text => text.replace('"pets"', '"cats"')),
  },
  {
    name: 'a dump of a version that another branch made',
    law: 10,
    says: /manifest\.json|another branch/,
    spoil: edit('manifest.json', text => text.replace(/1:[0-9a-f]{16}/, '1:0000000000000000')),
  },
  {
    name: 'a step that fails with the rows of an old dump',
    law: 10,
    says: /too old/,
    spoil: () => {},
    planted: {
      kinds: async step => {
        const [owner] = await step.execute('select 1 from owner where id = 1');
        if (owner) throw new Error('too old');
        await step.createStorage(step.after.Kind);
      },
    },
  },
  {
    name: 'a step that loses rows which only an old dump has',
    law: 10,
    says: /upgradeTo_3 does not keep the rows[^]*pet_friends: \d+ rows? lost/,
    spoil: () => {},
    planted: {
      kinds: async step => {
        await step.createStorage(step.after.Kind);
        await step.execute('delete from pet_friends where pet_1_id in (select id from pet where legs <> 4)');
      },
    },
  },
  {
    name: 'a step that changes a value which only an old dump has',
    law: 10,
    says: /upgradeTo_3 does not keep the rows[^]*pet\.code: \d+ rows? changed[^]*changes: \{ 3: \['Pet\.code'\] \}/,
    spoil: () => {},
    planted: {
      kinds: async step => {
        await step.createStorage(step.after.Kind);
        await step.execute('update pet set code = null');
      },
    },
  },
];

/** Ways to the same end that are not the same. */
const modes: readonly PlantedFault[] = [
  {
    name: 'steps that hand something over in the memory of their process',
    law: 8,
    says: /owner/,
    planted: {
      async end() {
        this.isSeen = true;
      },
      async kinds(step) {
        await step.createStorage(step.after.Kind);
        await step.execute(`insert into kind (id, name) values (1, 'dog'), (2, 'cat')`);
        if (this.isSeen) await step.execute(`update owner set name = 'seen'`);
      },
    },
  },
];

export const FAULTS: readonly PlantedFault[] = [
  ...storage,
  ...rows,
  ...ways,
  ...claims,
  ...undoable,
  ...frozen,
  ...installs,
  ...modes,
  ...killed,
  ...dumps,
  ...HOSTILE,
];
