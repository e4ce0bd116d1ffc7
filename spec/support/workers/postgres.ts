import { startPostgres } from '../postgres.ts';
import { heard, say } from '../worker.ts';

// A run of the specs, as far as its PostgreSQL is concerned.
const server = await startPostgres();
say('started', { url: server.url, log: server.log });
await heard('stop');
await server.stop();
