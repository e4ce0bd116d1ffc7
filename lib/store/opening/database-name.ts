import type { MikroORM } from '@mikro-orm/core';
import { acrossCopies } from '../../one-copy.ts';

// While MikroORM creates a database for the application, the configuration names the maintenance database.
const names = acrossCopies('names', () => new WeakMap<MikroORM, string>());

/** What an ORM called its database when it was first seen. */
export function nameOf(orm: MikroORM): string {
  const name = names.get(orm) ?? read(orm).dbName ?? '';
  names.set(orm, name);
  return name;
}

/** Names the database of an ORM as a person would, without credentials: a file by its name, one of a server with its host. */
export function placeOf(
  orm: MikroORM,
  { isFile, isOnServer }: { readonly isFile: boolean; readonly isOnServer: boolean },
  namespace: string | undefined,
): string {
  const options = { ...read(orm) };
  const space = namespace === undefined ? '' : `, namespace "${namespace}"`;
  if (isFile) return options.dbName ?? 'the database in memory';
  const host =
    !isOnServer || options.host === undefined ? '' : ` on ${options.host}${options.port ? `:${options.port}` : ''}`;
  return `the database "${options.dbName}"${host}${space}`;
}

/** Host, port and name; from the URL if there is one, never its user or password. */
function read(orm: MikroORM): {
  dbName?: string | undefined;
  host?: string | undefined;
  port?: number | string | undefined;
} {
  const url = orm.config.get('clientUrl');
  const parsed = url && URL.canParse(url) ? new URL(url) : undefined;
  return {
    dbName:
      names.get(orm) ?? orm.config.get('dbName') ?? (parsed ? decodeURIComponent(parsed.pathname.slice(1)) : undefined),
    host: orm.config.get('host') ?? parsed?.hostname,
    port: orm.config.get('port') ?? parsed?.port,
  };
}
