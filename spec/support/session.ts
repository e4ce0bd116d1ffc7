import pg from 'pg';

/** Opens a connection past every ORM; whoever asks for it ends it. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // A spec that ends every session ends this one too, which must not end the specs.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
