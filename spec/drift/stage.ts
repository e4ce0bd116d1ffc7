import type { EntitySchema } from '@mikro-orm/core';
import { postgresqlEditor } from '../../lib/dialects/postgresql/editor.ts';
import { sqliteEditor } from '../../lib/dialects/sqlite/editor.ts';
import type { Difference } from '../../lib/difference.ts';
import { differencesTo, lookAgain, takeDown, type Before, type DriftContext } from '../../lib/drift/two-looks.ts';
import type { Rename } from '../../lib/drift/renames.ts';
import type { FrozenModels } from '../../lib/drift/wanted-storage.ts';
import { StorageGenerator } from '../../lib/mikro-orm/storage-generator.ts';
import { storedMetadata } from '../../lib/mikro-orm/stored-metadata.ts';
import { openModels } from '../../lib/models/frozen-models.ts';
import { forkEntityManager, withEntityManager } from '../../lib/boot/run-step.ts';
import { databaseOf } from '../../lib/store/database.ts';
import { holdDatabase, transact } from '../../lib/store/transaction.ts';
import type { OrmOptions, TestDatabase } from '../support/databases.ts';

/** No lock is waited for: it is for a machine that is slow. */
const PATIENCE = { waitMs: 60_000 };

export type Module = Readonly<Record<string, EntitySchema>>;

/** What is done to a storage between two looks. */
export interface Doing {
  readonly from?: Module | undefined;
  readonly to: Module;
  /** What was done to the storage before the first look. */
  readonly before?: string;
  /** What the steps do. */
  readonly does?: string;
  readonly renames?: readonly Rename[];
  readonly named?: readonly string[];
}

/** A place where storage is made, looked at, and taken back. */
export interface Stage {
  readonly inside: <T>(work: (place: Place) => Promise<T>) => Promise<T>;
  /** The differences of a module's fresh storage, once something was planted in it. */
  readonly differences: (module: Module, how?: { planted?: string; by?: 'MikroORM' }) => Promise<Difference[]>;
  /** What two looks find, the storage of `from` being there before the first. */
  readonly look: (doing: Doing) => Promise<{ made: string[]; kept: string[]; before: string[] }>;
}

interface Place {
  readonly context: DriftContext;
  readonly open: (module: Module) => FrozenModels;
  readonly send: (sql: string) => Promise<void>;
  readonly create: (module: Module, by?: 'MikroORM') => Promise<void>;
}

/** Statements cut where one ends and the next begins. */
function statementsOf(sql: string): string[] {
  return sql.split(/;\s+(?=alter|create|drop|comment|grant|revoke|insert|update)/).filter(Boolean);
}

export async function stageOf(
  database: TestDatabase,
  { namespace, ...options }: OrmOptions & { namespace?: string } = {},
): Promise<Stage> {
  const orm = await database.orm([], options);
  const place = databaseOf('zoo', orm, namespace);
  const editor = place.dialect.name === 'sqlite' ? sqliteEditor : postgresqlEditor;

  async function inside<T>(work: (inner: Place) => Promise<T>): Promise<T> {
    const found = await holdDatabase(place, PATIENCE, held =>
      transact(
        held,
        place,
        PATIENCE,
        async () =>
          withEntityManager(
            held,
            { database: place },
            em => {
              const open = (module: Module) =>
                openModels(em, module, { name: 'a version', namespace: place.namespace });
              const send = async (sql: string) => {
                for (const statement of statementsOf(sql)) await held.execute(statement);
              };
              const create: Place['create'] = async (module, by) => {
                const models = open(module);
                await held.executeBatch(by ? await scriptOf(models) : await statementsFor(models, place.namespace));
              };
              const context = { guid: 'zoo', held, editor, namespace: place.namespace };
              return work({ context, open, send, create });
            },
            forkEntityManager({ database: place }),
          ),
        { isTrial: true },
      ),
    );
    return found as T;
  }

  return {
    inside,
    differences: (module, { planted = '', by } = {}) =>
      inside(async ({ context, open, send, create }) => {
        await create(module, by);
        await send(planted);
        return differencesTo(context, open(module));
      }),
    look: ({ from, to, before: old = '', does = '', renames = [], named = [] }) =>
      inside(async ({ context, open, send, create }) => {
        if (from) await create(from);
        await send(old);
        const before: Before = await takeDown(context, from && open(from));
        await send(does);
        const found = await lookAgain(context, before, open(to), { renames, named: name => named.includes(name) });
        return {
          before: before.differences.map(showPlainly),
          made: found.made.map(showPlainly),
          kept: found.kept.map(showPlainly),
        };
      }),
  };
}

function statementsFor({ em }: FrozenModels, namespace: string | undefined): Promise<string[]> {
  return new StorageGenerator(em, { metadata: storedMetadata(em), namespace, withRoutines: false }).statements();
}

/** What `orm.schema.create()` runs. */
async function scriptOf({ em }: FrozenModels): Promise<string[]> {
  const generator = em.getPlatform().getSchemaGenerator(em.getDriver(), em);
  return [await generator.getCreateSchemaSQL({ wrap: false })];
}

/** A difference in one line. */
export function showPlainly({ kind, path, live, wanted }: Difference): string {
  const values = kind === 'different' ? `: ${JSON.stringify(live)}, wanted ${JSON.stringify(wanted)}` : '';
  return `${kind} ${path.join('.')}${values}`;
}

/** Entities as a version file has them. */
export function moduleOf(...entities: EntitySchema[]): Module {
  return Object.fromEntries(entities.map(entity => [entity.meta.className, entity]));
}
