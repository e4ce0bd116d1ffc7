import type { Readable, Writable } from 'node:stream';
import type { HeldConnection } from '../../../store/connection.ts';

/** A connection of `pg`, as far as `pg-copy-streams` uses it. */
interface CopyClient {
  query<T>(stream: T): T;
  readonly connection: { sendCopyFail(reason: string): void };
}

/** The part of `pg-copy-streams` in use here, which brings no types. */
interface CopyPackage {
  from(sql: string): Writable;
  to(sql: string): Readable;
}

/** Begins a `copy` into a table, or out of one. Until it ends, nothing else can be sent. */
interface CopyStreams {
  into(sql: string): Writable;
  out(sql: string): Readable;
}

/** Finds out how to copy: `undefined` without the package `pg-copy-streams`, and for connections other than those of `pg`. */
export async function loadStreams({ client }: HeldConnection): Promise<CopyStreams | undefined> {
  const found = isCopyClient(client) ? await loadPackage() : undefined;
  if (!isCopyClient(client) || !found) return undefined;
  return { into: sql => client.query(found.from(sql)), out: sql => client.query(found.to(sql)) };
}

function isCopyClient(client: unknown): client is CopyClient {
  const connection = (client as Partial<CopyClient> | undefined)?.connection;
  return typeof connection?.sendCopyFail === 'function';
}

/** It is an optional peer. */
async function loadPackage(): Promise<CopyPackage | undefined> {
  const name: string = 'pg-copy-streams';
  try {
    const found = (await import(name)) as { readonly default: CopyPackage };
    return found.default;
  } catch {
    return undefined;
  }
}
