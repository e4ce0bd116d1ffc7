import type { AbstractSqlConnection } from '@mikro-orm/sql';
import { asSentence, PermissionDeniedError, reasonOf } from '../../../errors.ts';
import { connectionTo, openAgain } from '../../../mikro-orm/connection-parts.ts';
import { managementDatabaseOf } from '../../../mikro-orm/schema-helper-parts.ts';
import { quoteName, quoteText } from '../../../sql/quoting.ts';
import { HeldConnection, primaryOf } from '../../../store/connection.ts';
import { codeOf, faultOf } from '../../../store/faults.ts';
import { hasOneConnection } from '../../../store/opening/local-files.ts';
import { ormOn, pgliteInMemory } from '../../../store/opening/other-orm.ts';
import { isForgotten, LIKE_SCRATCH, nameScratch } from '../../../store/opening/scratch-names.ts';
import type { ScratchOptions, WithScratchDatabase } from '../../with-scratch-database.ts';

/** There is no database of this name. */
const NO_DATABASE = '3D000';

/** A database on the same server, which a connection holds from the first moment to the last. */
export const withPostgresqlScratchDatabase: WithScratchDatabase = async (options, work) => {
  const { database, patience } = options;
  if (hasOneConnection(database.orm)) return withPglite(options, work);
  const server = connectionTo(primaryOf(database.orm), managementDatabaseOf(database.orm));
  try {
    await server.connect({ skipOnConnect: true });
    await dropForgotten(server);
    const like = await likeHere(options);
    const name = nameScratch('scratch');
    await create(server, options, name, like.locale);
    const orm = await ormOn(database.orm, name, { hasEntities: true });
    try {
      return await HeldConnection.hold(orm, patience, async held => {
        for (const extension of like.extensions) await addExtension(held, extension);
        return work({ orm, name });
      });
    } finally {
      await orm.close(true);
      await server.execute(`drop database if exists ${quoteName(name)}`);
    }
  } finally {
    await server.close();
  }
};

/** PGlite has one connection to one database: another one is another PGlite. */
const withPglite: WithScratchDatabase = async (options, work) => {
  const { extensions } = await likeHere(options);
  const orm = await pgliteInMemory(options.database.orm);
  try {
    await HeldConnection.hold(orm, options.patience, async held => {
      for (const extension of extensions) await addExtension(held, extension);
    });
    return await work({ orm, name: 'PGlite in memory' });
  } finally {
    await orm.close(true);
  }
};

/** Drops the scratch databases of processes that were killed. */
async function dropForgotten(server: AbstractSqlConnection): Promise<void> {
  const rows = await server.execute<{ name: string }[]>(
    `select datname::pg_catalog.text as name from pg_catalog.pg_database where datname like '${LIKE_SCRATCH}' ` +
      `and pg_catalog.pg_has_role(datdba, 'usage')`,
  );
  for (const { name } of rows.filter(row => isForgotten(row.name))) {
    try {
      await server.execute(`drop database if exists ${quoteName(name)}`);
    } catch {
      // Another process drops it.
    }
  }
}

async function create(
  server: AbstractSqlConnection,
  { database: { guid, place } }: ScratchOptions,
  name: string,
  locale: string,
): Promise<void> {
  try {
    await server.execute(`create database ${quoteName(name)} template template0${locale}`);
  } catch (error) {
    if (faultOf(error) !== 'permission') throw error;
    throw new PermissionDeniedError(
      `this role may not create a scratch database next to ${place}: ${asSentence(reasonOf(error))} Grant it: alter role <role> createdb`,
      { guid, cause: error },
    );
  }
}

interface LikeHere {
  /** The end of the statement that creates a database. */
  readonly locale: string;
  readonly extensions: readonly string[];
}

/** What a scratch database has in common with that of the application, if there is one yet. */
async function likeHere({ database: { orm }, patience }: ScratchOptions): Promise<LikeHere> {
  try {
    const [row] = await HeldConnection.ask(orm, patience, LIKE, []);
    const [encoding, collate, type] = [row?.encoding, row?.collate, row?.type].map(text => quoteText(String(text)));
    const extensions = JSON.parse(String(row?.extensions)) as string[];
    return { locale: ` encoding ${encoding} lc_collate ${collate} lc_ctype ${type}`, extensions };
  } catch (error) {
    // The next call looks again whether there is one, and may create it.
    if (codeOf(error) === NO_DATABASE) openAgain(primaryOf(orm));
    return { locale: '', extensions: [] };
  }
}

const LIKE =
  `select pg_catalog.pg_encoding_to_char(encoding) as encoding, datcollate as collate, datctype as type, ` +
  `(select coalesce(pg_catalog.json_agg(extname), '[]')::pg_catalog.text from pg_catalog.pg_extension where extname <> 'plpgsql') as extensions ` +
  `from pg_catalog.pg_database where datname = pg_catalog.current_database()`;

/** Skips an extension that this role may not create. Storage that needs it fails and names it. */
async function addExtension(held: HeldConnection, name: string): Promise<void> {
  await held.execute(`create extension if not exists ${quoteName(name)} cascade`).catch(() => {});
}
