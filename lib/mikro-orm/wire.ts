import type { Kysely } from '@mikro-orm/sql';
import { missingPart } from './missing-part.ts';

/** A statement as Kysely hands it to a driver. */
export interface Query {
  readonly sql: string;
}

/** Makes a statement without parameters. */
export function rawQuery(sql: string): Query {
  return { sql, parameters: [] } as Query;
}

/** The driver's side of one physical connection, which every statement passes. */
export interface Wire {
  executeQuery(query: Query, options?: unknown): Promise<unknown>;
}

/** Finds the wire behind a client that is pinned to one connection. */
export async function wireOf(client: Kysely<unknown>): Promise<Wire> {
  const wire = (await client.getExecutor().provideConnection(async connection => connection)) as unknown as Wire;
  if (typeof wire.executeQuery !== 'function') throw missingPart('executeQuery() of a connection of Kysely');
  return wire;
}
