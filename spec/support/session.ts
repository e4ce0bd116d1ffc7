import pg from 'pg';

/** Opens a connection past every ORM; whoever asks for it ends it. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // A spec that ends every session ends this one too, which must not end the specs.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Raw SQL over one connection that stays: a new one is a process, and has to read the catalog again. */
export interface KeptSession {
  /** Sends one statement or several, and returns the rows of the last one. */
  rows(sql: string, parameters?: readonly unknown[]): Promise<unknown[]>;
  /** Ends the connection; the next statement opens another. */
  end(): Promise<void>;
}

/** Makes a session that connects with its first statement. */
export function keptSession(url: string): KeptSession {
  let idle: pg.Client | undefined;
  const ended = new WeakSet<pg.Client>();
  const open = async () => {
    const client = await connect(url);
    for (const event of ['error', 'end'] as const) client.on(event, () => void ended.add(client));
    return client;
  };
  return {
    async rows(sql, parameters) {
      // Whoever comes while it is busy, maybe for long, gets another.
      const client = idle && !ended.has(idle) ? idle : await open();
      idle = undefined;
      try {
        return await rowsOf(client, sql, parameters);
      } finally {
        if (idle === undefined) idle = client;
        else await client.end();
      }
    },
    async end() {
      const client = idle;
      idle = undefined;
      await client?.end();
    },
  };
}

async function rowsOf(client: pg.Client, sql: string, parameters?: readonly unknown[]): Promise<unknown[]> {
  // Several statements in one text come back as several results.
  const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql, parameters && [...parameters]);
  return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
}
