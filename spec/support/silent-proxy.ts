import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can fall silent: connections stay open, and nothing passes any more. */
export interface SilentProxy extends AsyncDisposable {
  /** Leads to the same database through the proxy. */
  readonly address: string;
  /** Lets nothing pass from now on, on connections that are there and on new ones. */
  fallSilent(): void;
  /** Lets new connections pass again; those that were silent stay so. */
  speak(): void;
}

export async function startSilentProxy(address: string): Promise<SilentProxy> {
  const { hostname: host, port } = new URL(address);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isSilent = false;
  const server = createServer(client => {
    const upstream = connect({ host, port: Number(port) });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const socket of pair) socket.on('error', () => {});
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    if (isSilent) return;
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    address: url.href,
    fallSilent() {
      isSilent = true;
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream);
        upstream.unpipe(client);
        // What is not read keeps its sender's socket open, and says nothing.
        client.resume();
        upstream.resume();
      }
    },
    speak: () => void (isSilent = false),
    async [Symbol.asyncDispose]() {
      for (const [client] of pairs) client.destroy();
      server.close();
    },
  };
}
