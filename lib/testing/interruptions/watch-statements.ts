import type { MikroORM } from '@mikro-orm/core';
import { nativeClientOf } from '../../mikro-orm/connection-parts.ts';
import { wireOf } from '../../mikro-orm/wire.ts';
import { primaryOf } from '../../store/connection.ts';

/** Calls `before` ahead of each statement on the only connection of a database. @returns a function that ends that */
export async function watchStatements(orm: MikroORM, before: (sql: string) => void): Promise<() => void> {
  const connection = primaryOf(orm);
  await connection.ensureConnection();
  const wire = await connection
    .getClient<unknown>()
    .connection()
    .execute(client => wireOf(client));
  const send = wire.executeQuery.bind(wire);
  wire.executeQuery = async (query, options) => {
    before((query as { readonly sql?: string }).sql ?? '');
    return send(query, options);
  };
  return () => Reflect.deleteProperty(wire, 'executeQuery');
}

type SendQuery = (...args: unknown[]) => unknown;

/** A connection of a pool of `pg`. */
interface PooledClient {
  query: SendQuery;
  readonly connection: { readonly stream: { destroy(): void } };
}

interface WatchedPool {
  on(event: 'acquire', listener: (client: PooledClient) => void): void;
  off(event: 'acquire', listener: (client: PooledClient) => void): void;
}

/**
 * Cuts the connection to a server ahead of a statement that `isTime` picks.
 *
 * @returns what ends that; `undefined` for a driver that has no such connections
 */
export async function cutConnections(
  orm: MikroORM,
  isTime: (sql: string) => boolean,
): Promise<(() => void) | undefined> {
  const connection = primaryOf(orm);
  await connection.ensureConnection();
  const pool = (await nativeClientOf(connection)) as WatchedPool | undefined;
  if (typeof pool?.on !== 'function') return undefined;
  const known = new Set<PooledClient>();
  const onAcquire = (client: PooledClient) => {
    if (known.has(client)) return;
    known.add(client);
    const query = client.query.bind(client);
    client.query = (...args) => {
      if (isTime(textOf(args[0]))) client.connection.stream.destroy();
      return query(...args);
    };
  };
  pool.on('acquire', onAcquire);
  return () => {
    pool.off('acquire', onAcquire);
    for (const client of known) Reflect.deleteProperty(client, 'query');
  };
}

/** The text of a query, which `pg` takes as a text or as an object. */
function textOf(query: unknown): string {
  return typeof query === 'string' ? query : String((query as { readonly text?: unknown } | undefined)?.text ?? '');
}

const LONGEST = 100;

/** Shows a statement in a message: its first characters, in one line. */
export function showStatement(number: number, sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  const shown = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
  return shown === '' ? String(number) : `${number} (${shown})`;
}
