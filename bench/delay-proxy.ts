/** A worker: passes everything on to a server, and to it a millisecond later, as a network would. */
import { connect, createServer, type AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const DELAY_MS = 1;
const { hostname: host, port } = new URL(workerData as string);

const server = createServer({ noDelay: true }, client => {
  const upstream = connect({ host, port: Number(port), noDelay: true });
  for (const socket of [client, upstream]) socket.on('error', () => {});
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
  upstream.pipe(client);
  client.on('data', data => void setTimeout(() => upstream.write(data), DELAY_MS));
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
